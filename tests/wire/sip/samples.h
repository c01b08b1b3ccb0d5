#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace onhook::wire::sip {

// Any moment will do, but the first.
inline constexpr TimePoint start{std::chrono::hours(1)};

// Messages are written with one line each; on the wire lines end in CRLF.
inline std::string with_crlf(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '\n' ? "\r\n" : std::string(1, c);
    }
    return out;
}

// protocols.md J-01: 649 bytes, SHA256 60f26035c368...
inline std::string grandstream_subscribe() {
    return with_crlf(R"(SUBSCRIBE sip:MAC%3AC074AD112233@224.0.1.75 SIP/2.0
Via: SIP/2.0/UDP 192.168.1.2:5080;branch=z9hG4bK1611133778;rport
From: <sip:MAC%3AC074AD112233@224.0.1.75>;tag=395400190
To: <sip:MAC%3AC074AD112233@224.0.1.75>
Call-ID: 490431573-5080-1@BJC.BGI.IG.DA
CSeq: 20000 SUBSCRIBE
Contact: <sip:192.168.1.2:5080>
Max-Forwards: 70
User-Agent: Grandstream GRP2612W 1.0.5.67
Expires: 0
Supported: replaces, path
Event: ua-profile;profile-type="device";vendor="Grandstream";model="GRP2612W";version="1.0.5.67"
Accept: application/url
Allow: INVITE, ACK, OPTIONS, CANCEL, BYE, SUBSCRIBE, NOTIFY, INFO, REFER, UPDATE, MESSAGE
Content-Length: 0

)");
}

// protocols.md J-02: 346 bytes, SHA256 a2b13a241a44...
inline std::string grandstream_accepted() {
    return with_crlf(R"(SIP/2.0 200 OK
Via: SIP/2.0/UDP 192.168.1.2:5080;branch=z9hG4bK1611133778;rport=5080;received=192.168.1.2
From: <sip:MAC%3AC074AD112233@224.0.1.75>;tag=395400190
To: <sip:MAC%3AC074AD112233@224.0.1.75>;tag=pnp1
Call-ID: 490431573-5080-1@BJC.BGI.IG.DA
CSeq: 20000 SUBSCRIBE
Contact: <sip:192.168.1.10:5060>
Expires: 0
Content-Length: 0

)");
}

// protocols.md J-03: 473 bytes, SHA256 6dab6d165ef6...
inline std::string grandstream_notify() {
    return with_crlf(R"(NOTIFY sip:192.168.1.2:5080 SIP/2.0
Via: SIP/2.0/UDP 192.168.1.10:5060;branch=z9hG4bKpnp1;rport
Max-Forwards: 70
From: <sip:MAC%3AC074AD112233@224.0.1.75>;tag=pnp1
To: <sip:MAC%3AC074AD112233@224.0.1.75>;tag=395400190
Call-ID: 490431573-5080-1@BJC.BGI.IG.DA
CSeq: 1 NOTIFY
Contact: <sip:192.168.1.10:5060>
Event: ua-profile;effective-by=0
Subscription-State: terminated;reason=timeout
Content-Type: application/url
Content-Length: 25

http://192.168.1.10/prov/)");
}

// A NOTIFY as protocols.md B.2 has it, without a body.
inline std::string check_sync_notify() {
    return with_crlf(R"(NOTIFY sip:1001@10.0.0.21:5060 SIP/2.0
Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK7d1e;rport
Max-Forwards: 70
From: <sip:prov@10.0.0.1>;tag=as1
To: <sip:1001@10.0.0.21:5060>
Contact: <sip:prov@10.0.0.1:5060>
Call-ID: 5f1e9c@10.0.0.1
CSeq: 102 NOTIFY
Event: check-sync;reboot=true
Subscription-State: terminated
Content-Length: 0

)");
}

}  // namespace onhook::wire::sip
