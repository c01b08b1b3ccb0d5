// What becomes of a transfer of Upgrade.
#include "phone/behaviour.h"
#include "phone/states/driven_upgrade.h"

namespace onhook::phone {

namespace {

using UpgradeIn = test::Input<DrivenUpgrade>;

std::vector<UpgradeIn> upgrade_answers() {
    const auto component = [](auto& d) {
        d.answer({.status = 200,
                  .stored = d.good_answers == 1 ? test::stored_kernel() : test::stored_rootfs()});
    };
    const auto manifest_read = [](auto& d) { d.good_answers = 1; };
    return {
        UpgradeIn{"server found", "6.7", [](auto& d) { d.find_server(); }},
        UpgradeIn{"manifest",
                  "9",
                  [](auto& d) { d.answer({.status = 200, .body = test::sample_manifest()}); }},
        UpgradeIn{"a component as listed, another follows", "9", component}.when(manifest_read),
        UpgradeIn{"the last component as listed", "9", component}.when(
            [](auto& d) { d.good_answers = 2; }),
        UpgradeIn{"the last component, a call holds a line", "9", component}
            .when([](auto& d) { d.good_answers = 2; })
            .having([](auto& d) {
                if (d.state() == UpgradeState::fetching) {
                    d.bench.network.busy = true;
                }
            })
            .noting({UpgradeState::fetching}, "the reboot waits"),
        UpgradeIn{"redirect",
                  "4.3",
                  [](auto& d) { d.answer({.status = 302, .location = "/moved.loads"}); }},
        UpgradeIn{"challenge, the rule has credentials",
                  "4.3",
                  [](auto& d) { d.answer({.status = 401, .challenge = "Basic realm=\"x\""}); }}
            .when([](auto& d) {
                d.bench.set("Upgrade_Rule", "[--uid bob --pwd pw] " + test::new_load_url);
            }),
    };
}

std::vector<UpgradeIn> upgrade_failures() {
    const auto error = [](auto& d) { d.answer({.status = 500}); };
    const auto manifest_read = [](auto& d) { d.good_answers = 1; };
    return {
        UpgradeIn{"manifest that cannot be read",
                  "9",
                  [](auto& d) { d.answer({.status = 200, .body = "<html>"}); }},
        UpgradeIn{"any other status", "6.4", error},
        UpgradeIn{"no answer", "6.4", [](auto& d) { d.fail(); }},
        UpgradeIn{"a failure, the retry list says never",
                  "5.2",
                  [](auto& d) {
                      d.bench.set("Upgrade_Error_Retry_Delay", "0");
                      d.answer({.status = 500});
                  }},
        UpgradeIn{"a failure of what was requested once", "10.1", error}
            .when([](auto& d) { d.one_time = true; })
            .noting({UpgradeState::fetching}, "it is not retried"),
        UpgradeIn{"component of another size or digest",
                  "9",
                  [](auto& d) { d.answer({.status = 200, .stored = test::stored_rootfs()}); }}
            .when(manifest_read),
        UpgradeIn{"any failure of a component", "9", error}.when(manifest_read),
        UpgradeIn{"any failure of a component, a call holds a line", "9", error}
            .when(manifest_read)
            .having([](auto& d) {
                if (d.state() == UpgradeState::fetching) {
                    d.bench.network.busy = true;
                }
            })
            .noting({UpgradeState::fetching}, "the phone's reboot waits"),
    };
}

// flyingvoice.md 10: one file without a manifest, which may change behind its URL.
void fetch_images(DrivenUpgrade& d) {
    d.bench.behaviour.upgrades_once = false;
    d.bench.behaviour.plan_upgrade = [](const OneRule& rule, const Context& context) {
        UpgradePlan plan;
        plan.step = UpgradePlan::Step::fetch_image;
        plan.url = *Url::parse(rule.rule);
        plan.load = "0.6.24";
        plan.if_none_match = context.memory.firmware->etag;
        return Result<UpgradePlan, std::string>(plan);
    };
    d.bench.memory.firmware.own().etag = "\"v1\"";
    d.bench.memory.firmware.own().sha256 = "ab";
}

std::vector<UpgradeIn> image_answers() {
    std::vector<UpgradeIn> inputs = {
        UpgradeIn{"another image",
                  "10, D29",
                  [](auto& d) {
                      d.answer({.status = 200, .stored = StoredFile{9, "cd"}});
                  }},
        UpgradeIn{"the image that runs",
                  "10, D29",
                  [](auto& d) {
                      d.answer({.status = 200, .stored = StoredFile{9, "ab"}});
                  }},
        UpgradeIn{"not changed (304)", "10, D29", [](auto& d) { d.answer({.status = 304}); }},
        UpgradeIn{"any failure", "10", [](auto& d) { d.answer({.status = 500}); }},
        UpgradeIn{"a failure, the retry delay is 0",
                  "10",
                  [](auto& d) {
                      d.bench.set("Upgrade_Error_Retry_Delay", "0");
                      d.answer({.status = 500});
                  }},
    };
    for (UpgradeIn& input : inputs) {
        input.given = fetch_images;
        input.drawn = test::Drawn::no;
    }
    return inputs;
}

}  // namespace

std::vector<test::Inputs<DrivenUpgrade>> upgrade_transfer_inputs() {
    return {
        {"The load comes", upgrade_answers()},
        {"The load does not come", upgrade_failures()},
        {"A Flyingvoice phone fetches one image (sections of its specification)", image_answers()}};
}

}  // namespace onhook::phone
