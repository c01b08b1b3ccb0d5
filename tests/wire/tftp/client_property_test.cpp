// Our client against our server, over a network that loses, repeats, delays and reorders, and among
// strangers, in virtual time.
#include <map>
#include <memory>

#include "base/prng.h"
#include "support/properties.h"
#include "wire/tftp/client_session.h"
#include "wire/tftp/server_session.h"

namespace onhook::wire::tftp {

namespace {

const client::Peer well_known{"192.0.2.1", 69};
const client::Peer transfer_port{"192.0.2.1", 40001};
const client::Peer somebody{"192.0.2.1", 40002};

struct ClientFaults {
    std::uint64_t loss_percent = 0;
    std::uint64_t repeat_percent = 0;
    std::uint64_t stranger_percent = 0;
    std::uint64_t longest_delay_ms = 0;
};

class ClientNetwork {
  public:
    ClientNetwork(const ClientFaults& faults, std::uint64_t seed, std::string file)
        : faults_(faults),
          prng_(seed),
          file_(std::make_shared<const std::string>(std::move(file))) {}

    void run(client::Session session) {
        carry_out(session.step(client::Started{}, now_));
        while (session.next_deadline()) {
            const TimePoint arrival = pending_.empty() ? TimePoint::max() : pending_.begin()->first;
            const auto server_wants = server_ ? server_->next_deadline() : std::nullopt;
            now_ = std::min(
                {arrival, *session.next_deadline(), server_wants.value_or(TimePoint::max())});
            RC_ASSERT(now_.time_since_epoch() < 3h);
            if (now_ == arrival) {
                const Flying flying = pending_.begin()->second;
                pending_.erase(pending_.begin());
                if (flying.to_server) {
                    serve(flying.bytes);
                } else {
                    carry_out(session.step(flying.datagram, now_));
                }
            } else if (now_ == session.next_deadline()) {
                carry_out(session.step(client::DeadlineReached{}, now_));
            } else {
                carry_out(server_->step(DeadlineReached{}, now_));
            }
        }
    }

    [[nodiscard]] const std::string& received() const { return received_; }

    [[nodiscard]] const std::optional<client::Finished>& finished() const { return finished_; }

    [[nodiscard]] int asked() const { return asked_; }  // packets of the client to the server

  private:
    struct Flying {
        bool to_server = false;
        std::string bytes;                  // to the server
        client::DatagramReceived datagram;  // to the client
    };

    void serve(const std::string& bytes) {
        const auto packet = decode(bytes);
        if (const auto* request = std::get_if<Request>(&*packet)) {
            if (!server_) {
                server_.emplace(*request, file_, Policy{});
                carry_out(server_->step(Started{}, now_));
            }
        } else if (server_) {
            carry_out(server_->step(DatagramReceived{bytes}, now_));
        }
    }

    void carry_out(const Actions& actions) {
        for (const Action& action : actions) {
            if (const auto* send = std::get_if<Send>(&action)) {
                fly({false, {}, {transfer_port, send->bytes}});
                if (prng_.up_to(99) < faults_.stranger_percent) {
                    fly({false, {}, {somebody, encode(Data{2, "evil"})}});
                }
            }
        }
    }

    void carry_out(const client::Actions& actions) {
        for (const client::Action& action : actions) {
            if (const auto* send = std::get_if<client::Send>(&action)) {
                if (send->to != somebody) {
                    ++asked_;
                    fly({true, send->bytes, {}});
                }
            } else if (const auto* deliver = std::get_if<client::Deliver>(&action)) {
                RC_ASSERT(!finished_);
                received_ += deliver->bytes;
            } else if (const auto* finished = std::get_if<client::Finished>(&action)) {
                RC_ASSERT(!finished_);  // it is said once
                finished_ = *finished;
            }
        }
    }

    void fly(const Flying& flying) {
        const int copies = prng_.up_to(99) < faults_.repeat_percent ? 2 : 1;
        for (int i = 0; i < copies; ++i) {
            if (prng_.up_to(99) >= faults_.loss_percent) {
                const std::chrono::milliseconds delay(1 + prng_.up_to(faults_.longest_delay_ms));
                pending_.emplace(now_ + delay, flying);
            }
        }
    }

    ClientFaults faults_;
    Prng prng_;
    std::shared_ptr<const std::string> file_;
    TimePoint now_{};
    std::multimap<TimePoint, Flying> pending_;
    std::optional<ServerSession> server_;
    std::string received_;
    std::optional<client::Finished> finished_;
    int asked_ = 0;
};

std::string drawn_file(Prng& prng, std::size_t block) {
    std::string file(prng.up_to(30) * block + prng.up_to(1) * prng.up_to(block), '\0');
    for (char& c : file) {
        c = static_cast<char>(prng.next() & 0xFFU);
    }
    return file;
}

}  // namespace

RC_GTEST_PROP(TftpClient, ReceivesExactlyTheFileOrFails, (std::uint64_t seed)) {
    Prng prng(seed);
    const auto block = static_cast<std::uint16_t>(prng.up_to(1) == 0 ? 0 : 8 + prng.up_to(1000));
    const std::string file = drawn_file(prng, block == 0 ? default_block : block);
    ClientNetwork network({.loss_percent = prng.up_to(60),
                           .repeat_percent = prng.up_to(50),
                           .stranger_percent = prng.up_to(50),
                           .longest_delay_ms = prng.up_to(3000)},
                          seed,
                          file);
    network.run(*client::Session::open({.filename = "f", .server = well_known, .offer = block}));
    RC_ASSERT(network.finished().has_value());
    const bool completed = network.finished()->outcome == client::Outcome::completed;
    RC_CLASSIFY(completed, "completed");
    RC_ASSERT((completed ? network.received() == file : file.starts_with(network.received())));
}

// Without loss nothing is said twice but what was heard twice.
RC_GTEST_PROP(TftpClient, SendsOnePacketForEachThatItGets, (std::uint64_t seed)) {
    Prng prng(seed);
    const std::string file = drawn_file(prng, default_block);
    ClientNetwork network({.longest_delay_ms = 200}, seed, file);
    network.run(*client::Session::open({.filename = "f", .server = well_known}));
    RC_ASSERT(network.received() == file);
    const std::size_t blocks = file.size() / default_block + 1;
    RC_ASSERT(network.asked() == static_cast<int>(blocks) + 1);
}

}  // namespace onhook::wire::tftp
