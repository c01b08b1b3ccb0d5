#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace onhook::phone {

// What a document is replaced by that nobody can read: secrets may stand anywhere in it, so nothing
// of it stays. But the phone says where and why it cannot read it, so the replacement has the same
// mistake at the same place.

// Nothing where the document can be read: it is well-formed XML. Whether it holds a profile does
// not count, an alias may name any element.
[[nodiscard]] std::optional<std::string> unreadable_xml(std::string_view document);

// Nothing for a Flyingvoice file and for a boot file. Of any other text its form stays: the
// replacement is wrong in the same places as either.
[[nodiscard]] std::optional<std::string> unreadable_flyingvoice(std::string_view document);

// Nothing for an XML object that execute_items() reads.
[[nodiscard]] std::optional<std::string> unreadable_object(std::string_view body);

// Nothing for a manifest that profile::read_manifest() reads.
[[nodiscard]] std::optional<std::string> unreadable_manifest(std::string_view text);

}  // namespace onhook::phone
