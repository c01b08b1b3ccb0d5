#include "agent/control.h"

#include <utility>

#include <fmt/format.h>

namespace onhook::agent {

namespace {

// The web utility counts its own requests from 1; nobody makes so many.
constexpr phone::RequestId first_control_request{0x8000'0000};

std::string socket_in(const std::string& state_directory) { return state_directory + "/control"; }

}  // namespace

Control::Control(Behind behind)
    : behind_(std::move(behind)), last_request_(first_control_request) {}

Status<> Control::open(net::Loop& loop, const std::string& state_directory) {
    auto socket = net::ControlSocket::listen(
        loop,
        socket_in(state_directory),
        [this](const std::string& line, const net::ControlSocket::Respond& respond) {
            take(line, respond);
        });
    if (!socket) {
        return Failure{std::move(socket).error()};
    }
    socket_ = *std::move(socket);
    return Done{};
}

void Control::answer(const phone::AnswerRequest& answer) {
    const auto waiting = requests_.find(answer.request);
    if (waiting != requests_.end()) {
        waiting->second({answer.accepted, answer.text});
        requests_.erase(waiting);
    }
}

void Control::telephone(bool busy) {
    if (lines_.set_telephone(busy)) {
        behind_.step(phone::LinesChanged{lines_.busy()});
    }
}

void Control::forget() {
    for (const auto& [id, respond] : std::exchange(requests_, {})) {
        respond({false, "the phone restarted meanwhile"});
    }
}

void Control::take(const std::string& line, const net::ControlSocket::Respond& respond) {
    const auto order = read_control_order(line);
    if (!order) {
        respond({false, order.error()});
    } else if (!behind_.ready() && !std::holds_alternative<StopPhone>(*order)) {
        respond({false, "the phone is starting; try again in a moment"});
    } else {
        std::visit([&](const auto& one) { obey(one, respond); }, *order);
    }
}

void Control::obey(const SetLine& order, const net::ControlSocket::Respond& respond) {
    const bool changed = lines_.set(order.line, order.busy);
    respond({true, lines_.to_string()});
    if (changed) {
        behind_.step(phone::LinesChanged{lines_.busy()});
    }
}

// As somebody would on the phone's screen (6.1).
void Control::obey(const ResyncNow& order, const net::ControlSocket::Respond& respond) {
    const phone::RequestId id{++last_request_.value};
    requests_.emplace(id, respond);
    behind_.step(phone::ResyncRequested{id, order.rule, {}, phone::Asker::menu, {}});
}

void Control::obey(const StopPhone& /*order*/, const net::ControlSocket::Respond& respond) {
    if (!behind_.stop) {
        respond({false, "the program around this phone does not stop for that"});
        return;
    }
    respond({true, "the phone stops"});
    behind_.stop();
}

void Control::obey(const TellState& /*order*/, const net::ControlSocket::Respond& respond) {
    respond({true, lines_.to_string()});
}

Result<net::ControlAnswer> tell_phone(const std::string& state_directory,
                                      const ControlOrder& order) {
    auto answer = net::ask_control(socket_in(state_directory), to_line(order));
    if (!answer && (answer.error().code == std::errc::no_such_file_or_directory ||
                    answer.error().code == std::errc::connection_refused)) {
        return Failure{Error{answer.error().code,
                             fmt::format("no phone runs on the state in '{}'; start one with "
                                         "onhook phone --mac MAC --state {}",
                                         state_directory,
                                         state_directory)}};
    }
    return answer;
}

}  // namespace onhook::agent
