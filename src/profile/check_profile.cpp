// What is wrong in a Cisco profile, element by element.
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "profile/findings.h"
#include "profile/flat_profile.h"
#include "profile/values.h"

namespace onhook::profile {

namespace {

class ProfileCheck {
  public:
    ProfileCheck(std::string_view document, Findings& findings)
        : document_(document), findings_(findings), catalogue_(cisco_mpp_catalogue()) {}

    void run() {
        const auto elements = read_flat_profile(document_);
        if (!elements) {
            const DocumentError& error = elements.error();
            findings_.add(corrupt_file(error.line, error.column, error.message));
            return;
        }
        const std::vector<Tag> tags = start_tags(document_);
        const std::vector<const Tag*> places = find_places(tags);
        CHECK(places.size() == elements->size());
        for (std::size_t i = 0; i < places.size(); ++i) {
            check_element((*elements)[i], *places[i]);
        }
        check_idle_cisco(given_, findings_);
    }

  private:
    // The tags of the parameters: the children of a <flat-profile>, as the reader gives them.
    std::vector<const Tag*> find_places(const std::vector<Tag>& tags) {
        std::vector<const Tag*> places;
        std::size_t root_depth = 0;
        for (const Tag& tag : tags) {
            root_depth = tag.depth <= root_depth ? 0 : root_depth;
            if (root_depth != 0 && tag.depth == root_depth + 1) {
                places.push_back(&tag);
            } else if (root_depth == 0 && tag.name == flat_profile_root) {
                root_depth = tag.depth;
            } else if (catalogue_.find(tag.name)) {
                findings_.add(tag.offset,
                              "misplaced-parameter",
                              fmt::format("{} stands {} and sets nothing",
                                          tag.name,
                                          root_depth == 0 ? "outside <flat-profile>"
                                                          : "inside another element"),
                              "move it right into <flat-profile>");
            }
        }
        return places;
    }

    void check_element(const Element& element, const Tag& tag) {
        const auto id = catalogue_.find(element.name);
        if (!id) {
            findings_.add_unknown(catalogue_, element.name, tag.offset);
            return;
        }
        check_attributes(element, tag);
        if (element.preserve_value || (element.self_closed && element.access)) {
            return;  // 1.3, 1.4: only the access
        }
        const Parameter& parameter = catalogue_[*id];
        // Where an empty value is refused, that is what is said.
        if (element.self_closed && !parameter.default_value.empty() &&
            canonical_value(parameter, "")) {
            report_disputed_empty(parameter, tag.offset);
        }
        const std::string_view text = element.text == "\"\"" ? std::string_view() : element.text;
        ContentPlaces places(document_, tag);
        const auto place_of = [&](std::size_t offset) {
            return (text.empty() ? std::nullopt : places.at(offset)).value_or(tag.offset);
        };
        check_ascii(text, place_of, findings_);
        auto value = check_setting(parameter, text, place_of, findings_);
        if (value) {
            findings_.give(given_, parameter, *id, {*std::move(value), tag.offset});
        }
    }

    // 1.3.
    void check_attributes(const Element& element, const Tag& tag) {
        const auto access = find_attribute(tag, "ua");
        if (access && !element.access) {
            findings_.add(access->offset,
                          "illegal-ua",
                          fmt::format("ua=\"{}\" is ignored", shown(access->value)),
                          "write na, ro or rw");
        }
        const auto preserve = find_attribute(tag, "preserve-value");
        if (preserve && !element.preserve_value) {
            findings_.add(preserve->offset,
                          "idle-attribute",
                          fmt::format("preserve-value=\"{}\" does nothing {}",
                                      shown(preserve->value),
                                      preserve->value == "y" ? "without a legal ua"
                                                             : "because it is not \"y\""),
                          "write ua=\"rw\" preserve-value=\"y\" to keep the value, or remove it");
        }
    }

    void report_disputed_empty(const Parameter& parameter, std::size_t offset) {
        findings_.add(
            offset,
            "disputed-empty",
            fmt::format("<{}/> empties the value or leaves it alone, the documents disagree",
                        parameter.name),
            fmt::format("write <{0}></{0}> to empty it, or leave it out", parameter.name));
    }

    std::string_view document_;
    Findings& findings_;
    const Catalogue& catalogue_;
    AllGiven given_;
};

}  // namespace

void check_cisco_profile(std::string_view document, Findings& findings) {
    ProfileCheck(document, findings).run();
}

}  // namespace onhook::profile
