// What a pass over two profiles does in each of its states (flyingvoice.md 6, 8).
#include "phone/states/pass_states.h"

#include "phone/profiles_pass.h"
#include "phone/states/observe.h"
#include "support/machine_bench.h"

namespace onhook::phone {

namespace {

enum class PassAt : std::uint8_t {
    asking_pnp,
    fetching,
    reading_again,
    applied,
    no_source,
    failed
};

const std::string pass_file = "http://h/a.cfg";
const std::string pass_folder = "http://h/p/";
const std::string second_file = "http://h/b.cfg";

struct DrivenPass {
    using State = PassAt;

    test::MachineBench bench{test::SampleFlyingvoice().set("DBID_PROFILE_RULE", pass_file)};

    void enter(PassAt at) {
        bench.set("DBID_PRV_SIPPNP_ENABLED", at == PassAt::asking_pnp ? "1" : "0");
        if (at == PassAt::reading_again) {
            bench.set("DBID_PROFILE_RULE", pass_file);
            bench.set("DBID_PROFILE_RULE2", second_file);
            know(pass_file);
            know(second_file);
        }
        Context context = bench.context();
        pass_ = std::make_unique<ProfilesPass>(PassOrder{});
        take(pass_->start(context));
        if (at == PassAt::reading_again) {
            answer(304);
            answer(200, "DBID_RESYNC_PERIODIC = 60");
        }
    }

    [[nodiscard]] PassAt state() const {
        if (!pass_) {
            return result_.succeeded                       ? PassAt::applied
                   : result_.code == ResyncCode::no_source ? PassAt::no_source
                                                           : PassAt::failed;
        }
        if (pass_->deadline()) {
            return PassAt::asking_pnp;
        }
        return again_ ? PassAt::reading_again : PassAt::fetching;
    }

    // What the server said of it in the last attempt that succeeded.
    void know(const std::string& url) {
        bench.network.visits.wake().files.push_back({url, "\"v1\"", ""});
    }

    // As the phone routes it: the answers of a transfer go to who owns it.
    template <typename Event>
    void tell(Event event) {
        event.transfer =
            bench.count<StartTransfer>() > 0 ? bench.transfer().transfer : TransferId{1};
        Context context = bench.context();
        if (pass_->owns(event.transfer)) {
            take(pass_->on(event, context));
        }
    }

    void answer(int status, std::string body = {}) {
        const bool was_told_unchanged = std::exchange(told_unchanged_, status == 304);
        tell(Answered{{}, status, std::move(body), "/moved.cfg", "Digest realm=\"x\""});
        again_ = again_ || (was_told_unchanged && pass_ && status == 200 &&
                            bench.transfer().url.to_string() == pass_file);
    }

    void find_server() {
        Context context = bench.context();
        if (bench.count<StartTransfer>() > 0 && pass_->owns(bench.transfer().transfer)) {
            pass_->on(ServerFound{bench.transfer().transfer, "192.0.2.1"}, context);
        }
    }

    void pnp(std::string url) {
        Context context = bench.context();
        take(pass_->on(PnpAnswered{std::move(url)}, context));
    }

    // Resync tells it a deadline that has come, and no other.
    void pass_deadline() {
        if (const auto due = pass_->deadline()) {
            bench.now = *due;
            Context context = bench.context();
            take(pass_->on_deadline(context));
        }
    }

    void wait(Duration time) { bench.now += time; }

    [[nodiscard]] test::Glance glance() const {
        return {{}, pass_ ? pass_->deadline() : std::nullopt, bench.now, bench.memory};
    }

    [[nodiscard]] Actions& actions() { return bench.actions; }

  private:
    void take(const Pass::Outcome& outcome) {
        if (outcome) {
            result_ = *outcome;
            pass_.reset();
        }
    }

    std::unique_ptr<ProfilesPass> pass_;
    PassResult result_;
    bool told_unchanged_ = false;
    bool again_ = false;
};

using PassIn = test::Input<DrivenPass>;

constexpr std::array<test::NamedState<PassAt>, 6> pass_states = {{
    {PassAt::asking_pnp,
     {"asking PnP", "once a boot, if `DBID_PRV_SIPPNP_ENABLED` is 1", test::Place::first}},
    {PassAt::fetching, {"fetching", "a file of profile 1 or 2 is under way", test::Place::first}},
    {PassAt::reading_again,
     {"reading again", "a file that has not changed is read, because another one has"}},
    {PassAt::applied,
     {"applied", "all files count together, code 0, or 1 if nothing changed", test::Place::gone}},
    {PassAt::no_source,
     {"no source", "nothing to fetch, code 2: no failure, no timer", test::Place::gone}},
    {PassAt::failed, {"failed", "nothing is applied, code 3 to 8", test::Place::gone}},
}};

void has_second(DrivenPass& d) { d.bench.set("DBID_PROFILE_RULE2", second_file); }

void has_folder(DrivenPass& d) { d.bench.set("DBID_PROFILE_RULE", pass_folder); }

std::vector<PassIn> pass_searches() {
    return {
        PassIn{"PnP answers with a usable URL",
               "6.1, 6.2, D10",
               [](auto& d) { d.pnp("http://pnp/x.cfg"); }}
            .noting({PassAt::asking_pnp}, "the URL is profile 1's until the next boot")
            .noting({PassAt::fetching, PassAt::reading_again}, "too late"),
        PassIn{"PnP answers with anything else", "6.1, 6.2", [](auto& d) { d.pnp("gopher://x"); }},
        PassIn{"5 s are over", "6.1, D9", [](auto& d) { d.pass_deadline(); }},
        PassIn{"5 s are over, nothing names a file", "6.1", [](auto& d) { d.pass_deadline(); }}
            .having([](auto& d) { d.bench.set("DBID_PROFILE_RULE", ""); }),
        PassIn{"server found", test::ours, [](auto& d) { d.find_server(); }},
    };
}

std::vector<PassIn> pass_answers() {
    const auto file = [](auto& d) { d.answer(200, "DBID_RESYNC_PERIODIC = 60"); };
    return {
        PassIn{"the last file", "8.1, D26", file},
        PassIn{"a file, profile 2 follows", "8.5, D26", file}.when(has_second),
        PassIn{"the last file, an earlier one has not changed", "8.3, D23", file}
            .when([](auto& d) {
                has_second(d);
                d.know(pass_file);
                d.know(second_file);
            })
            .having([](auto& d) {
                if (d.state() == PassAt::fetching) {
                    d.answer(304);
                }
            }),
        PassIn{"boot file, in a folder",
               "8.1",
               [](auto& d) { d.answer(200, "#!version:1.0.0.1\n\ninclude:config \"c.cfg\"\n"); }}
            .when(has_folder),
        PassIn{"a file that cannot be read", "8.1, 9.1", [](auto& d) { d.answer(200, "= = ="); }},
        PassIn{
            "not changed (304), nothing else changed", "8.3, D23", [](auto& d) { d.answer(304); }}
            .when([](auto& d) { d.know(pass_file); }),
    };
}

std::vector<PassIn> pass_failures() {
    const auto not_found = [](auto& d) { d.answer(404); };
    const auto error = [](auto& d) { d.answer(500); };
    return {
        PassIn{"not found, another file of the folder may stand for it", "8.1", not_found}.when(
            has_folder),
        PassIn{"not found otherwise", "8.1", not_found},
        PassIn{"any other failure", "8.1", error},
        PassIn{"any other failure, profile 2 follows", "8.5, D26", error}
            .when(has_second)
            .noting({PassAt::fetching}, "the attempt fails at its end"),
        PassIn{"no answer",
               "8.1",
               [](auto& d) {
                   d.tell(TransferFailed{{}, TransferFault::connect, "refused"});
               }},
        PassIn{"redirect", "8.3", [](auto& d) { d.answer(302); }},
        PassIn{"challenge, there are credentials", "8.3, D24", [](auto& d) { d.answer(401); }}.when(
            [](auto& d) {
                d.bench.set("PrvUserName", "bob");
                d.bench.set("PrvUserPass", "pw");
            }),
    };
}

}  // namespace

test::Table pass_table() {
    const std::array groups = {test::Inputs<DrivenPass>{"Where profile 1 is", pass_searches()},
                               test::Inputs<DrivenPass>{"A file comes", pass_answers()},
                               test::Inputs<DrivenPass>{"No file comes", pass_failures()}};
    return test::Observer<DrivenPass>(pass_states).observe(groups);
}

}  // namespace onhook::phone
