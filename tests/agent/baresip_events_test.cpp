#include "agent/baresip_events.h"

#include <gtest/gtest.h>

namespace onhook::agent {

// As baresip 1.0 sent them.
TEST(BaresipEvents, ReadsRegistrationsAndCalls) {
    struct Row {
        std::string_view json;
        std::optional<EngineEvent> event;
    };

    for (const Row& row : {
             Row{R"({"event":true,"type":"REGISTER_OK","class":"register",)"
                 R"("accountaor":"sip:1002@127.0.0.1:15060","param":"200 OK"})",
                 EngineRegistered{"sip:1002@127.0.0.1:15060"}},
             Row{R"({"event":true,"type":"REGISTER_FAIL","class":"register",)"
                 R"("accountaor":"sip:1002@127.0.0.1:15060","param":"403 Forbidden"})",
                 EngineNotRegistered{"sip:1002@127.0.0.1:15060", "403 Forbidden"}},
             Row{R"({"event":true,"type":"UNREGISTERING","class":"register",)"
                 R"("accountaor":"sip:1002@127.0.0.1:15060"})",
                 EngineNotRegistered{"sip:1002@127.0.0.1:15060", ""}},
             Row{R"({"event":true,"type":"CALL_INCOMING","class":"call","id":"1-7@h"})",
                 EngineCall{"1-7@h"}},
             Row{R"({"event":true,"type":"CALL_ESTABLISHED","class":"call",)"
                 R"("accountaor":"sip:1001@127.0.0.1:15060","direction":"incoming",)"
                 R"("peeruri":"sip:sipp@127.0.0.1:15099","id":"1-7481@127.0.0.1",)"
                 R"("param":"sip:sipp@127.0.0.1:15099"})",
                 EngineCall{"1-7481@127.0.0.1"}},
             Row{R"({"event":true,"type":"CALL_CLOSED","class":"call","id":"1-7481@127.0.0.1",)"
                 R"("param":"Connection reset by peer"})",
                 EngineCallEnded{"1-7481@127.0.0.1"}},
             Row{R"({"event":true,"type":"REGISTERING","class":"register"})", std::nullopt},
             Row{R"({"event":true,"type":"CALL_LOCAL_SDP","class":"other","id":"1-7"})",
                 std::nullopt},
             Row{R"({"event":true,"type":"CALL_CLOSED","class":"call"})", std::nullopt},
             Row{R"({"event":true,"type":7,"class":["call"],"id":{}})", std::nullopt},
             Row{R"({"response":true,"ok":true,"data":"x","token":"t"})", std::nullopt},
             Row{"[]", std::nullopt},
             Row{"", std::nullopt},
             Row{"{\"event\":true,\"type\":\"REGISTER_OK\"", std::nullopt},
             Row{"\xFF\xFE", std::nullopt},
         }) {
        SCOPED_TRACE(row.json);
        EXPECT_EQ(read_baresip_event(row.json), row.event);
    }
}

}  // namespace onhook::agent
