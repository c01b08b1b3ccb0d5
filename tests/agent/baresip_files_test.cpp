#include "agent/baresip_files.h"

#include <gtest/gtest.h>

namespace onhook::agent {

namespace {

using profile::SipAccount;
using profile::SipTransport;

using Strings = std::vector<std::string>;

SipAccount extension() {
    SipAccount account;
    account.line = 2;
    account.user = "1001";
    account.auth_user = "1001";
    account.domain = "pbx.example.com";
    account.servers = {{"pbx.example.com"}};
    account.password = Secret(std::string("s3cret!"));
    return account;
}

std::string line_of(const SipAccount& account) {
    return baresip_accounts({&account, 1}, Answering::manual).text;
}

}  // namespace

TEST(BaresipFiles, WritesAnExtensionAsAnAccount) {
    EXPECT_EQ(line_of(extension()),
              "<sip:1001@pbx.example.com;transport=udp>;auth_user=1001;auth_pass=s3cret!;"
              "regint=3600;answermode=manual\n");
    SipAccount all = extension();
    all.display_name = "Ann Example";
    all.auth_user = "ann";
    all.servers = {{"pbx.example.com", 5070, SipTransport::tls}};
    all.registers = false;
    all.codecs = {"OPUS", "G729a", "g722", "G711a"};
    EXPECT_EQ(line_of(all),
              "\"Ann Example\" <sip:1001@pbx.example.com:5070;transport=tls>;auth_user=ann;"
              "auth_pass=s3cret!;regint=0;"
              "answermode=manual;audio_codecs=opus/48000/2,G722/16000/1,PCMA/8000/1\n");
    const auto answering = baresip_accounts({&all, 1}, Answering::automatic);
    EXPECT_NE(answering.text.find(";answermode=auto;"), std::string::npos);
    all.servers.front() = {"fd00::1", 0, SipTransport::tcp};
    EXPECT_EQ(line_of(all).substr(0, 111),
              "\"Ann Example\" <sip:1001@pbx.example.com;transport=tcp>;auth_user=ann;"
              "auth_pass=s3cret!;outbound=\"sip:[fd00::1];");
    SipAccount open = extension();
    open.password = Secret(std::string());
    EXPECT_EQ(line_of(open).find("auth_pass"), std::string::npos);
}

TEST(BaresipFiles, LeavesOutWhatTheFileCannotHold) {
    const auto with = [](auto&& change) {
        SipAccount account = extension();
        change(account);
        return account;
    };
    using Account = SipAccount;
    const std::vector<SipAccount> accounts = {
        with([](Account& one) { one.user = "1001@elsewhere"; }),
        with([](Account& one) { one.user = ""; }),
        with([](Account& one) { one.domain = "pbx>;auth_pass=x"; }),
        with([](Account& one) { one.display_name = "a\"b"; }),
        with([](Account& one) { one.display_name = "a\nsip:b"; }),
        with([](Account& one) { one.password = Secret(std::string("semi;colon-77")); }),
        with([](Account& one) { one.password = Secret(std::string("a blank-77")); }),
        with([](Account& one) { one.auth_user = "x\r\ny"; }),
        with([](Account& one) { one.servers.front().host = "a b"; }),
        extension(),
    };
    const BaresipAccounts written = baresip_accounts(accounts, Answering::manual);
    EXPECT_EQ(written.text, line_of(extension()));
    ASSERT_EQ(written.refusals.size(), 9U);
    for (const std::string& refusal : written.refusals) {
        EXPECT_EQ(refusal.rfind("extension 2 is left out: its ", 0), 0U) << refusal;
        EXPECT_EQ(refusal.find("77"), std::string::npos) << refusal;
    }
}

TEST(BaresipFiles, ConfiguresATelephoneWithoutASoundCard) {
    const std::string config = baresip_config({.sip_address = "::1",
                                               .sip_port = 5062,
                                               .control_port = 4444,
                                               .module_directory = "/m",
                                               .modules = {"g711.so", "g722.so"},
                                               .ca_file = "/roots.pem"});
    EXPECT_EQ(config,
              "poll_method epoll\nsip_listen [::1]:5062\naudio_player aubridge,nil\n"
              "audio_source aubridge,nil\naudio_alert aubridge,nil\nmodule_path /m\n"
              "module g711.so\nmodule aubridge.so\nmodule g722.so\nsip_cafile /roots.pem\n"
              "module_tmp account.so\nmodule_app menu.so\nmodule ctrl_tcp.so\n"
              "ctrl_tcp_listen 127.0.0.1:4444\n");
}

TEST(BaresipFiles, KnowsTheModulesOfCodecs) {
    SipAccount one = extension();
    one.codecs = {"G711u", "iLBC", "G722"};
    SipAccount other = extension();
    other.codecs = {"G722", "OPUS", "Unspecified"};
    EXPECT_EQ(baresip_codec_modules(std::vector{one, other}),
              (Strings{"g711.so", "g722.so", "opus.so"}));
}

}  // namespace onhook::agent
