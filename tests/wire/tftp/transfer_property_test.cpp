// The session against a small model of a client, over a network that loses, repeats, delays and
// reorders, in virtual time.
#include <array>
#include <map>

#include "base/prng.h"
#include "base/text.h"
#include "support/properties.h"
#include "wire/tftp/server_session.h"

namespace onhook::wire::tftp {

namespace {

struct Faults {
    std::uint64_t loss_percent = 0;
    std::uint64_t repeat_percent = 0;
    std::uint64_t longest_delay_ms = 0;
};

// RFC 1350's receiver: acknowledges what it awaits and what it had just before, repeats its last
// packet on its own timer, dwells after the end.
class ModelClient {
  public:
    [[nodiscard]] std::optional<std::string> on(const std::string& datagram) {
        const auto packet = decode(datagram);
        if (!packet) {
            return std::nullopt;
        }
        if (std::holds_alternative<OptionAck>(*packet) && awaited_ == 1) {
            for (const Option& option : std::get<OptionAck>(*packet).options) {
                if (option.name == "blksize") {
                    block_size_ = *parse_number<std::size_t>(option.value);
                }
            }
            return last_ = encode(Ack{0});
        }
        const auto* data = std::get_if<Data>(&*packet);
        if (data == nullptr) {
            return std::nullopt;
        }
        if (!complete_ && data->block == static_cast<std::uint16_t>(awaited_)) {
            file_ += data->bytes;
            complete_ = data->bytes.size() < block_size_;
            ++awaited_;
            return last_ = encode(Ack{data->block});
        }
        if (data->block == static_cast<std::uint16_t>(awaited_ - 1)) {
            return encode(Ack{data->block});
        }
        return std::nullopt;
    }

    [[nodiscard]] const std::optional<std::string>& repeated() const { return last_; }

    [[nodiscard]] bool complete() const { return complete_; }

    [[nodiscard]] const std::string& file() const { return file_; }

  private:
    std::size_t block_size_ = default_block;
    std::uint64_t awaited_ = 1;
    bool complete_ = false;
    std::string file_;
    std::optional<std::string> last_;
};

struct Ending {
    std::optional<Finished> finished;
    ModelClient client;
    std::map<std::uint16_t, int> sendings;  // of each DATA block
};

class Network {
  public:
    Network(const Faults& faults, std::uint64_t seed) : faults_(faults), prng_(seed) {}

    Ending run(ServerSession session, const Policy& policy) {
        Ending ending;
        carry_out(session.step(Started{}, now_), ending);
        now_ = TimePoint{};
        TimePoint client_retry = now_ + 1500ms;
        while (!ending.finished) {
            // The earliest of: an arrival, the server's deadline, the client's retry.
            const TimePoint arrival = pending_.empty() ? TimePoint::max() : pending_.begin()->first;
            const TimePoint deadline = *session.next_deadline();
            now_ = std::min({arrival, deadline, client_retry});
            if (now_ == deadline) {
                carry_out(session.step(DeadlineReached{}, now_), ending);
            } else if (now_ == arrival) {
                const Flying flying = pending_.begin()->second;
                pending_.erase(pending_.begin());
                if (flying.to_server) {
                    carry_out(session.step(DatagramReceived{flying.bytes}, now_), ending);
                } else if (auto answer = ending.client.on(flying.bytes)) {
                    send(*std::move(answer), true);
                }
            } else {
                client_retry = now_ + 1500ms;
                if (ending.client.repeated()) {
                    send(*ending.client.repeated(), true);
                }
            }
            check_not_endless(policy);
        }
        return ending;
    }

  private:
    struct Flying {
        bool to_server;
        std::string bytes;
    };

    void carry_out(const Actions& actions, Ending& ending) {
        for (const Action& action : actions) {
            RC_ASSERT(!ending.finished);  // Finished is the last action
            if (const auto* finished = std::get_if<Finished>(&action)) {
                ending.finished = *finished;
                continue;
            }
            const std::string& bytes = std::get<Send>(action).bytes;
            const auto packet = decode(bytes);
            if (const auto* data = std::get_if<Data>(&*packet)) {
                ++ending.sendings[data->block];
            }
            send(bytes, false);
        }
    }

    void send(std::string bytes, bool to_server) {
        const int copies = prng_.up_to(99) < faults_.repeat_percent ? 2 : 1;
        for (int i = 0; i < copies; ++i) {
            if (prng_.up_to(99) >= faults_.loss_percent) {
                const std::chrono::milliseconds delay(1 + prng_.up_to(faults_.longest_delay_ms));
                pending_.emplace(now_ + delay, Flying{to_server, bytes});
            }
        }
    }

    // 50 blocks of six tries of eight seconds are over long before this.
    void check_not_endless(const Policy& policy) const {
        RC_ASSERT(now_.time_since_epoch() < 60 * policy.tries * policy.longest_retry);
    }

    Faults faults_;
    Prng prng_;
    TimePoint now_{};
    std::multimap<TimePoint, Flying> pending_;
};

struct Transfer {
    std::shared_ptr<const std::string> file;
    Request request;
};

// Drawn from the seed and not from rapidcheck, whose small sizes would make for short files and
// mild networks most of the time.
Transfer any_transfer(Prng& prng) {
    constexpr std::array<std::uint64_t, 3> block_sizes{8, 32, 512};
    const std::uint64_t block = block_sizes.at(prng.up_to(2));
    // Half of the files end exactly at a block.
    const std::uint64_t size = prng.up_to(40) * block + prng.up_to(1) * prng.up_to(block);
    std::string file;
    for (std::uint64_t i = 0; i < size; ++i) {
        file += static_cast<char>(prng.next() & 0xFFU);
    }
    Request request{Operation::read, "a.cfg", Mode::octet, {}};
    if (block != default_block || prng.up_to(1) == 0) {
        request.options.push_back(Option{"blksize", std::to_string(block)});
    }
    return {std::make_shared<const std::string>(std::move(file)), request};
}

}  // namespace

RC_GTEST_PROP(TftpTransfer, DeliversExactlyTheFileOrFailsByItsRetryLimit, (std::uint64_t seed)) {
    Prng prng(seed);
    const Transfer transfer = any_transfer(prng);
    const Faults faults{.loss_percent = prng.up_to(90),
                        .repeat_percent = prng.up_to(50),
                        .longest_delay_ms = prng.up_to(3000)};
    const Policy policy;
    const Ending ending =
        Network(faults, seed).run(ServerSession(transfer.request, transfer.file, policy), policy);
    RC_CLASSIFY(ending.finished->outcome == Outcome::completed, "completed");
    if (ending.finished->outcome == Outcome::completed) {
        RC_ASSERT(ending.client.complete());
        RC_ASSERT(ending.finished->acknowledged == transfer.file->size());
    } else {
        RC_ASSERT(ending.finished->outcome == Outcome::timed_out);
    }
    if (ending.client.complete()) {
        RC_ASSERT(ending.client.file() == *transfer.file);
    }
    // Whatever happens, what the client has is the start of the file.
    RC_ASSERT(transfer.file->starts_with(ending.client.file()));
}

RC_GTEST_PROP(TftpTransfer, SucceedsWhenOnlyAFewPacketsAreLost, (std::uint64_t seed)) {
    // One packet in fifty: six losses in a row do not happen in any number of runs.
    Prng prng(seed);
    const Transfer transfer = any_transfer(prng);
    const Policy policy;
    const Ending ending =
        Network(Faults{.loss_percent = 2, .repeat_percent = 5, .longest_delay_ms = 300}, seed)
            .run(ServerSession(transfer.request, transfer.file, policy), policy);
    RC_ASSERT(ending.finished->outcome == Outcome::completed);
    RC_ASSERT(ending.client.file() == *transfer.file);
}

RC_GTEST_PROP(TftpTransfer, SendsEachBlockOnceWhenPacketsAreOnlyRepeated, (std::uint64_t seed)) {
    // The Sorcerer's Apprentice: repeated ACKs must not breed repeated DATA.
    Prng prng(seed);
    const Transfer transfer = any_transfer(prng);
    const Policy policy;
    const Ending ending =
        Network(Faults{.loss_percent = 0, .repeat_percent = 60, .longest_delay_ms = 400}, seed)
            .run(ServerSession(transfer.request, transfer.file, policy), policy);
    RC_ASSERT(ending.finished->outcome == Outcome::completed);
    for (const auto& [block, count] : ending.sendings) {
        RC_ASSERT(count == 1);
    }
}

}  // namespace onhook::wire::tftp
