// Firmware upgrades of a whole `onhook phone` from nginx: fetched, checked, stored, and run by a
// process that starts again (cisco-mpp.md 9, flyingvoice.md 10).
#include <functional>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "support/served_load.h"
#include "support/stock_servers.h"
#include "support/temporary_directory.h"

namespace onhook::test {

namespace {

const std::string empty_profile = profile_of("");

// A server that promises a component and hangs up in the middle of it.
class CuttingServer {
  public:
    explicit CuttingServer(std::string component) : listener_(SOCK_STREAM) {
        port_ = listener_.bind_free_port();
        ::listen(listener_.number(), 1);
        thread_ = std::thread([this, component = std::move(component)] {
            support::Socket client(std::in_place, ::accept(listener_.number(), nullptr, nullptr));
            client.receive_until("\r\n\r\n");
            client.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(component.size()) +
                        "\r\n\r\n" + component.substr(0, component.size() / 2));
        });
    }

    ~CuttingServer() {
        ::shutdown(listener_.number(), SHUT_RDWR);
        thread_.join();
    }

    [[nodiscard]] std::string url() const {
        return "http://127.0.0.1:" + std::to_string(port_) + "/";
    }

  private:
    support::Socket listener_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

class FirmwareUpgrade : public ::testing::Test {
  protected:
    [[nodiscard]] std::string in(const std::string& name) const { return directory_.file(name); }

    // Options of a phone that upgrades to this load.
    static Words upgrading(const std::string& rule) {
        return {"--set", "Upgrade_Rule=" + rule, "--set", "Upgrade_Error_Retry_Delay=3600"};
    }

    // Serves the profile and, in /fw, the load; the phone ran the upgrade when this returns.
    void expect_upgraded(RunningPhone& phone, const Nginx& nginx) const {
        ASSERT_TRUE(phone.says("Successful upgrade")) << phone.output();
        ASSERT_TRUE(phone.says("starts: Upgrade")) << phone.output();
        EXPECT_TRUE(becomes_true([&] {
            return times_in(nginx.requests(), "GET /p.xml 200 " + next_user_agent) > 0;
        })) << nginx.requests();
        const phone::Firmware firmware = firmware_of(in("phone"));
        EXPECT_EQ(firmware.running, next_load);
        EXPECT_EQ(firmware.inactive, factory_load);
        EXPECT_EQ(stored_images(in("phone")).size(), 2U);
    }

    TemporaryDirectory directory_;
};

TEST_F(FirmwareUpgrade, ACiscoPhoneStartsAgainAsTheNewLoad) {
    const Nginx nginx(in("nginx"));
    write_text(nginx.file("p.xml"), empty_profile);
    const std::string manifest = ServedLoad().write_to(nginx.file("fw"));
    RunningPhone phone(in("phone"), nginx.url("/p.xml"), upgrading(nginx.url("/fw/" + manifest)));
    const auto pid = phone.process().pid();
    expect_upgraded(phone, nginx);
    // A process of its own, under the id that a supervisor knows.
    EXPECT_EQ(times_in(phone.output(), "web utility on"), 2) << phone.output();
    EXPECT_EQ(::kill(pid, 0), 0);
    const std::string status = phone.web("/status.xml").output;
    EXPECT_NE(status.find("<Software_Version>" + next_load), std::string::npos) << status;
    EXPECT_NE(status.find("Upgrade succeeded " + nginx.url("/fw/" + manifest)), std::string::npos);
    EXPECT_NE(status.find("]Upgrade</Reboot_Reason_1>"), std::string::npos) << status;
    EXPECT_EQ(phone.status()["firmware"], next_load);
    phone.stop();
    EXPECT_EQ(times_in(nginx.requests(), manifest), 1) << nginx.requests();
    // The next power-up is one.
    RunningPhone again(in("phone"), Words{});
    EXPECT_TRUE(again.says("starts: Power Up")) << again.output();
    again.stop();
}

TEST_F(FirmwareUpgrade, StaysInOneProcessWhenToldTo) {
    const Nginx nginx(in("nginx"));
    write_text(nginx.file("p.xml"), empty_profile);
    const std::string manifest = ServedLoad().write_to(nginx.file("fw"));
    RunningPhone phone(in("phone"),
                       nginx.url("/p.xml"),
                       upgrading(nginx.url("/fw/" + manifest)) + Words{"--one-process"});
    expect_upgraded(phone, nginx);
    EXPECT_EQ(times_in(phone.output(), "web utility on"), 1) << phone.output();
    phone.stop();
}

// Vector 75: a load in the other partition runs without a transfer, wherever its URL leads.
TEST_F(FirmwareUpgrade, TheWebUtilityChoosesALoadAndGoesBackWithoutATransfer) {
    const Nginx nginx(in("nginx"));
    write_text(nginx.file("p.xml"), empty_profile);
    const std::string manifest = ServedLoad().write_to(nginx.file("fw"));
    RunningPhone phone(in("phone"), nginx.url("/p.xml"));
    ASSERT_TRUE(phone.says("Successful resync")) << phone.output();
    EXPECT_EQ(phone.web("/admin/upgrade?" + nginx.url("/fw/" + manifest)).status, 0);
    expect_upgraded(phone, nginx);
    ASSERT_TRUE(becomes_true([&] { return phone.web("/status.xml").status == 0; }));
    const int fetched = times_in(nginx.requests(), "GET /fw/");
    const Ran answer =
        phone.web("/admin/upgrade?http://127.0.0.1:1/gone/" + factory_load + ".loads");
    EXPECT_EQ(answer.status, 0) << answer.output;
    EXPECT_NE(answer.output.find("<p>"), std::string::npos) << "the phone answers before it goes";
    EXPECT_TRUE(becomes_true([&] { return firmware_of(in("phone")).running == factory_load; }));
    EXPECT_EQ(firmware_of(in("phone")).inactive, next_load);
    EXPECT_TRUE(becomes_true([&] {
        return times_in(nginx.requests(), "GET /p.xml 200 " + phone_user_agent) == 2;
    })) << nginx.requests();
    EXPECT_EQ(times_in(nginx.requests(), "GET /fw/"), fetched);
    phone.stop();
}

// What a bad disk did to the load in the other partition is noticed at the next power-up.
TEST_F(FirmwareUpgrade, ABrokenLoadIsForgottenAndFetchedAgain) {
    const Nginx nginx(in("nginx"));
    write_text(nginx.file("p.xml"), empty_profile);
    const std::string manifest = ServedLoad().write_to(nginx.file("fw"));
    const std::string upgrade = "/admin/upgrade?" + nginx.url("/fw/" + manifest);
    RunningPhone phone(in("phone"), nginx.url("/p.xml"), upgrading(nginx.url("/fw/" + manifest)));
    expect_upgraded(phone, nginx);
    ASSERT_TRUE(becomes_true([&] { return phone.web("/status.xml").status == 0; }));
    (void)phone.web("/admin/upgrade?http://127.0.0.1:1/" + factory_load + ".loads");
    ASSERT_TRUE(becomes_true([&] {
        return times_in(nginx.requests(), "GET /p.xml 200 " + phone_user_agent) == 2;
    })) << nginx.requests();
    EXPECT_EQ(firmware_of(in("phone")).inactive, next_load);
    phone.stop();
    std::filesystem::resize_file(in("phone/images/" + stored_images(in("phone"))[0]), 100);
    RunningPhone again(in("phone"), Words{});
    EXPECT_TRUE(again.says("the load " + next_load +
                           " in the other partition is forgotten: its "
                           "file "))
        << again.output();
    ASSERT_TRUE(again.says("web utility on")) << again.output();
    ASSERT_TRUE(becomes_true([&] { return again.web("/status.xml").status == 0; }));
    const int fetched = times_in(nginx.requests(), "GET /fw/");
    (void)again.web(upgrade);
    EXPECT_TRUE(again.says("starts: Upgrade")) << again.output();
    EXPECT_EQ(times_in(nginx.requests(), "GET /fw/"), fetched + 3) << nginx.requests();
    EXPECT_EQ(firmware_of(in("phone")).running, next_load);
    again.stop();
}

TEST_F(FirmwareUpgrade, SaysHowFarItHasCome) {
    const Nginx nginx(in("nginx"), "location /fw/ { limit_rate 2m; }\n");
    write_text(nginx.file("p.xml"), empty_profile);
    const std::string manifest = ServedLoad(std::size_t{5} << 20U).write_to(nginx.file("fw"));
    RunningPhone phone(in("phone"),
                       nginx.url("/p.xml"),
                       upgrading(nginx.url("/fw/" + manifest)) + Words{"--json"});
    expect_upgraded(phone, nginx);
    const int lines = times_in(phone.output(), "firmware " + next_load + " component 1 of 2, ");
    EXPECT_GE(lines, 1) << phone.output();
    EXPECT_LE(lines, 9) << phone.output();
    EXPECT_EQ(times_in(phone.output(), "component 2 of 2, "), 0) << "too small to speak of";
    phone.stop();
}

// Nothing of a bad load is kept, the old one runs on, and the phone restarts (9).
TEST_F(FirmwareUpgrade, RunsOnWhenTheLoadIsNotWhatItsManifestSays) {
    struct Row {
        std::string name;
        std::function<void(ServedLoad&, const std::string& folder)> spoil;
        std::string why;
    };

    const CuttingServer cutting(ServedLoad().files[1].second);
    const std::string redirect =
        "location = /cut/rootfs88xx.12-0-1.sbn { return 302 " + cutting.url() + "; }\n";
    const Nginx nginx(in("nginx"), redirect);
    write_text(nginx.file("p.xml"), empty_profile);
    const auto rewrite = [](ServedLoad& load, const std::string& folder) {
        write_text(folder + "/" + next_load + ".loads", profile::write_manifest(load.components));
    };
    for (const Row& row :
         {Row{"longer",
              [&](ServedLoad&load, const std::string&folder) {
                  --load.components[1].size_bytes;
                  rewrite(load, folder);
              },
              "corrupt file: the answer is larger than 70000 bytes"},
          Row{"shorter",
              [&](ServedLoad&load, const std::string&folder) {
                  ++load.components[1].size_bytes;
                  rewrite(load, folder);
              },
              "upgrade image invalid: rootfs88xx.12-0-1.sbn has 70001 bytes, its manifest says "
              "70002"},
          Row{"changed",
              [&](ServedLoad&load, const std::string&folder) {
                  load.components[1].sha256[31] ^= 1;
                  rewrite(load, folder);
              },
              "upgrade image invalid: rootfs88xx.12-0-1.sbn has another SHA-256"},
          Row{"missing",
              [&](ServedLoad&, const std::string&folder) {
                  std::filesystem::remove(folder + "/rootfs88xx.12-0-1.sbn");
              },
              "file not found"},
          Row{"cut", [](ServedLoad&, const std::string&) {}, "connect failed: "}}) {
        SCOPED_TRACE(row.name);
        ServedLoad load;
        const std::string manifest = load.write_to(nginx.file(row.name));
        row.spoil(load, nginx.file(row.name));
        RunningPhone phone(in("phone-" + row.name),
                           nginx.url("/p.xml"),
                           upgrading(nginx.url("/" + row.name + "/" + manifest)));
        EXPECT_TRUE(phone.says("Upgrade failed: " + row.why)) << phone.output();
        EXPECT_TRUE(phone.says("starts: Upgrade")) << phone.output();
        const phone::Firmware firmware = firmware_of(in("phone-" + row.name));
        EXPECT_EQ(firmware.running, "");
        EXPECT_EQ(firmware.inactive, "");
        EXPECT_TRUE(stored_images(in("phone-" + row.name)).empty());
        phone.stop();
    }
    EXPECT_EQ(times_in(nginx.requests(), next_user_agent), 0) << nginx.requests();
}

// A limit of the size of files is a disk that is full for images only; a small file system really
// is full, and that is noticed before the image is fetched.
TEST_F(FirmwareUpgrade, SaysThatTheDiskIsFull) {
    const Nginx nginx(in("nginx"));
    write_text(nginx.file("p.xml"), empty_profile);
    const std::string manifest = ServedLoad(1'500'000).write_to(nginx.file("fw"));
    const auto expect_full = [&](const Words& wrapper, const Words& why) {
        std::filesystem::create_directories(in("disk"));
        Process phone(wrapper +
                      Words{onhook_program(),
                            "phone",
                            "--mac",
                            phone_mac,
                            "--state",
                            in("disk/phone"),
                            "--set",
                            "Profile_Rule=" + nginx.url("/p.xml"),
                            "--set",
                            "Resync_Random_Delay=0"} +
                      upgrading(nginx.url("/fw/" + manifest)));
        EXPECT_TRUE(phone.wait_for("Upgrade failed: not stored: cannot ")) << phone.output();
        EXPECT_TRUE(phone.wait_for("starts: Upgrade")) << phone.output();
        for (const std::string& word : why) {
            EXPECT_NE(phone.output().find(word), std::string::npos) << phone.output();
        }
        expect_orderly_end(phone);
    };
    const std::string limited = "trap '' XFSZ; ulimit -f 256; exec \"$@\"";
    expect_full({"bash", "-c", limited, "phone"}, {"cannot write", "File too large"});
    EXPECT_TRUE(stored_images(in("disk/phone")).empty());
    EXPECT_EQ(firmware_of(in("disk/phone")).failures, 1);
    if (::geteuid() == 0) {
        const std::string small = "mount -t tmpfs -o size=1m none \"$0\" && exec \"$@\"";
        expect_full({"unshare", "--mount", "sh", "-c", small, in("disk")},
                    {"cannot make room for", "No space left on device"});
    }
}

TEST_F(FirmwareUpgrade, AFlyingvoicePhoneTakesItsImage) {
    const Nginx nginx(in("nginx"));
    const std::string image = "FIP13G-FVUI_V0.6.25_202201010000_RC.bin";
    write_text(nginx.file("a.cfg"), "PrvUserAgentVal2 = x\n");
    write_text(nginx.file(image), ServedLoad::bytes(300'000, 3));
    RunningPhone phone(in("phone"),
                       Words{"--dialect",
                             "flyingvoice",
                             "--set",
                             "DBID_PROFILE_RULE=" + nginx.url("/a.cfg"),
                             "--set",
                             "DBID_UPGRADE_RULE=" + nginx.url("/" + image),
                             "--set",
                             "DBID_PRV_SIPPNP_ENABLED=0",
                             "--set",
                             "DBID_RANDOM_DELAY=0",
                             "--set",
                             "DBID_RESYNC_PERIODIC=1"});
    ASSERT_TRUE(phone.says("starts: Upgrade")) << phone.output();
    EXPECT_TRUE(becomes_true([&] {
        return times_in(nginx.requests(), "GET /a.cfg 200 Flyingvoice FIP13G V0.6.25 ") +
                   times_in(nginx.requests(), "GET /a.cfg 304 Flyingvoice FIP13G V0.6.25 ") >
               0;
    })) << nginx.requests();
    EXPECT_EQ(firmware_of(in("phone")).running, "0.6.25");
    const auto stored = stored_images(in("phone"));
    ASSERT_EQ(stored.size(), 1U);
    EXPECT_TRUE(stored[0].starts_with("0.6.25+0.1.300000.")) << stored[0];
    phone.stop();
    EXPECT_EQ(times_in(nginx.requests(), "GET /" + image), 1) << nginx.requests();
}

}  // namespace

}  // namespace onhook::test
