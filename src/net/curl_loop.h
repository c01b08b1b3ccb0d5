#pragma once

#include <functional>
#include <memory>
#include <unordered_map>

#include <curl/curl.h>

#include "net/loop.h"

namespace onhook::net {

// libcurl's multi_socket interface on a Loop: curl says which sockets and which timeout it waits
// for, the loop says when they are due. For src/net only.
//
// `done` is called from the loop with each finished handle, which is no longer in the multi handle
// then; never from within a call into curl, so it may add, remove and close().
class CurlLoop : public std::enable_shared_from_this<CurlLoop> {
  public:
    using Done = std::function<void(CURL*, CURLcode)>;

    CurlLoop(Loop& loop, Done done);
    ~CurlLoop();
    CurlLoop(const CurlLoop&) = delete;
    CurlLoop& operator=(const CurlLoop&) = delete;

    void add(CURL* easy);
    // The handle may be in the multi handle or not; it is not afterwards.
    void remove(CURL* easy);
    // `done` is not called any more. Every handle must have been removed.
    void close();

  private:
    struct Watch;

    static int on_socket(CURL* easy, curl_socket_t socket, int wanted, void* self, void* unused);
    static int on_timeout(CURLM* multi, long milliseconds, void* self);
    void wait(const std::shared_ptr<Watch>& watch, int direction);
    void act(curl_socket_t socket, int events);

    Loop& loop_;
    Done done_;
    Timer timer_;
    CURLM* multi_;
    std::unordered_map<curl_socket_t, std::shared_ptr<Watch>> watches_;
};

}  // namespace onhook::net
