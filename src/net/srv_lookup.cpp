#include "net/srv_lookup.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include <ares.h>
#include <arpa/nameser.h>
#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "net/asio.h"

namespace onhook::net {

namespace asio = boost::asio;

namespace {

bool is_address(std::string_view text) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(text, error);
    return !error && !(address.is_v6() && address.to_v6().scope_id() != 0);
}

// What c-ares prints of any other octet has a backslash in it.
bool has_host_characters(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_name_char);
}

// The second try waits twice as long as the first: both of one server end before the patience does.
int milliseconds_of_first_try(Duration patience) {
    const auto share = std::chrono::floor<std::chrono::milliseconds>(patience) * 3 / 10;
    return std::max(1, static_cast<int>(share.count()));
}

std::vector<SrvRecord> usable_records(const ares_srv_reply* first, std::size_t most) {
    std::vector<SrvRecord> records;
    for (const auto* one = first; one != nullptr && records.size() < most; one = one->next) {
        if (has_host_characters(one->host)) {
            records.push_back({one->host, one->port, one->priority, one->weight});
        }
    }
    return records;
}

}  // namespace

std::optional<NameServer> NameServer::parse(std::string_view text) {
    if (is_address(text)) {
        return NameServer{std::string(text)};
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view host = text.substr(0, colon);
    const auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
    const bool brackets = host.starts_with('[') && host.ends_with(']');
    if (brackets) {
        host = host.substr(1, host.size() - 2);
    }
    const bool ipv6 = host.find(':') != std::string_view::npos;
    if (!is_address(host) || ipv6 != brackets || !port || *port == 0) {
        return std::nullopt;
    }
    return NameServer{std::string(host), *port};
}

std::string NameServer::to_string() const {
    const bool ipv6 = address.find(':') != std::string::npos;
    return fmt::format("{}{}{}:{}", ipv6 ? "[" : "", address, ipv6 ? "]" : "", port);
}

// Shared with the pending waits. c-ares must not be destroyed from within its callbacks: they leave
// the answer here, and settle() takes it.
struct SrvLookup::State : std::enable_shared_from_this<SrvLookup::State> {
    // A socket that belongs to c-ares: Asio only waits for it and lets go of it before c-ares
    // closes it.
    struct Watch {
        Watch(asio::io_context& context, ares_socket_t socket)
            : number(socket), descriptor(context, socket) {}

        ares_socket_t number;
        asio::posix::stream_descriptor descriptor;
        bool wants_read = false;
        bool wants_write = false;
        bool reading = false;  // a wait that has not come back
        bool writing = false;
    };

    State(Loop& its_loop, SrvQuestion its_question, Done its_done)
        : loop(its_loop),
          question(std::move(its_question)),
          done(std::move(its_done)),
          tick(its_loop),
          deadline(its_loop) {}

    void begin();
    void ask();
    void close();
    void act(ares_socket_t readable, ares_socket_t writable);
    void settle();
    void wait_to_read(const std::shared_ptr<Watch>& watch);
    void wait_to_write(const std::shared_ptr<Watch>& watch);
    void fail(std::string_view why);
    void refuse();

    static void on_socket(void* self, ares_socket_t socket, int readable, int writable);
    static void on_answer(void* self, int status, int timeouts, unsigned char* bytes, int size);

    Loop& loop;
    SrvQuestion question;
    Done done;
    Timer tick;
    Timer deadline;
    ares_channel channel = nullptr;
    std::map<ares_socket_t, std::shared_ptr<Watch>> watches;
    std::optional<SrvAnswer> answer;
};

void SrvLookup::State::begin() {
    const auto weak = weak_from_this();
    deadline.arm(Loop::now() + question.patience, [weak] {
        if (const auto self = weak.lock()) {
            self->fail("nothing came in time");
            self->settle();
        }
    });
    tick.arm(Loop::now(), [weak] {
        if (const auto self = weak.lock()) {
            self->ask();
            self->settle();
        }
    });
}

void SrvLookup::State::ask() {
    if (question.name.empty() || !has_host_characters(question.name)) {
        refuse();
        return;
    }
    static const int global = ares_library_init(ARES_LIB_INIT_ALL);
    CHECK(global == ARES_SUCCESS);
    ares_options options{};
    options.timeout = milliseconds_of_first_try(question.patience);
    options.tries = 2;  // of each server
    options.sock_state_cb = &State::on_socket;
    options.sock_state_cb_data = this;
    int status = ares_init_options(
        &channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
    if (status == ARES_SUCCESS && question.server) {
        status = ares_set_servers_ports_csv(channel, question.server->to_string().c_str());
    }
    if (status != ARES_SUCCESS) {
        fail(ares_strerror(status));
        return;
    }
    ares_query(channel, question.name.c_str(), ns_c_in, ns_t_srv, &State::on_answer, this);
}

void SrvLookup::State::close() {
    done = nullptr;
    tick.cancel();
    deadline.cancel();
    if (channel != nullptr) {
        ares_destroy(std::exchange(channel, nullptr));
    }
}

void SrvLookup::State::act(ares_socket_t readable, ares_socket_t writable) {
    if (channel != nullptr) {
        ares_process_fd(channel, readable, writable);
        settle();
    }
}

// The look-up is over before its owner hears of it, who may then destroy it.
void SrvLookup::State::settle() {
    if (answer && done) {
        const Done owner = std::move(done);
        close();
        owner(*std::exchange(answer, std::nullopt));
        return;
    }
    timeval left{};
    if (channel != nullptr && ares_timeout(channel, nullptr, &left) != nullptr) {
        const Duration wait =
            std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec);
        tick.arm(Loop::now() + wait, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->act(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
            }
        });
    }
}

void SrvLookup::State::wait_to_read(const std::shared_ptr<Watch>& watch) {
    if (!watch->wants_read || watch->reading) {
        return;
    }
    watch->reading = true;
    watch->descriptor.async_wait(
        asio::posix::descriptor_base::wait_read,
        [weak = weak_from_this(), watch](const boost::system::error_code& /*error*/) {
            watch->reading = false;
            const auto self = weak.lock();
            if (self && watch->wants_read) {
                self->act(watch->number, ARES_SOCKET_BAD);
                self->wait_to_read(watch);
            }
        });
}

void SrvLookup::State::wait_to_write(const std::shared_ptr<Watch>& watch) {
    if (!watch->wants_write || watch->writing) {
        return;
    }
    watch->writing = true;
    watch->descriptor.async_wait(
        asio::posix::descriptor_base::wait_write,
        [weak = weak_from_this(), watch](const boost::system::error_code& /*error*/) {
            watch->writing = false;
            const auto self = weak.lock();
            if (self && watch->wants_write) {
                self->act(ARES_SOCKET_BAD, watch->number);
                self->wait_to_write(watch);
            }
        });
}

void SrvLookup::State::fail(std::string_view why) {
    answer = SrvAnswer{
        .failure = fmt::format("{} gave no answer for {}: {}{}{}",
                               question.server ? "the name server " + question.server->to_string()
                                               : "the system's name servers",
                               question.name,
                               why,
                               question.remedy.empty() ? "" : "; ",
                               question.remedy)};
}

// The name may hold anything: it is not printed.
void SrvLookup::State::refuse() {
    answer = SrvAnswer{.failure = "no name server was asked: the domain is no name of DNS"};
}

// Called before c-ares closes a socket too: then it wants nothing.
void SrvLookup::State::on_socket(void* self, ares_socket_t socket, int readable, int writable) {
    auto& state = *static_cast<State*>(self);
    auto& watch = state.watches[socket];
    if (!watch) {
        watch = std::make_shared<Watch>(state.loop.context(), socket);
    }
    watch->wants_read = readable != 0;
    watch->wants_write = writable != 0;
    if (readable == 0 && writable == 0) {
        watch->descriptor.release();
        state.watches.erase(socket);
        return;
    }
    state.wait_to_read(watch);
    state.wait_to_write(watch);
}

void SrvLookup::State::on_answer(
    void* self, int status, int /*timeouts*/, unsigned char* bytes, int size) {
    auto& state = *static_cast<State*>(self);
    if (status == ARES_EDESTRUCTION) {
        return;
    }
    if (status == ARES_EBADNAME) {
        state.refuse();
        return;
    }
    ares_srv_reply* records = nullptr;
    if (status == ARES_SUCCESS) {
        status = ares_parse_srv_reply(bytes, size, &records);
    }
    if (status == ARES_SUCCESS) {
        state.answer = SrvAnswer{usable_records(records, state.question.most_records)};
    } else if (status == ARES_ENODATA || status == ARES_ENOTFOUND) {
        state.answer = SrvAnswer{};
    } else {
        state.fail(status == ARES_ETIMEOUT ? "nothing came in time" : ares_strerror(status));
    }
    ares_free_data(records);
}

SrvLookup::SrvLookup(Loop& loop, SrvQuestion question, Done done)
    : state_(std::make_shared<State>(loop, std::move(question), std::move(done))) {
    state_->begin();
}

SrvLookup::~SrvLookup() { state_->close(); }

}  // namespace onhook::net
