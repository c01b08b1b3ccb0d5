#pragma once

// Everything of Asio and Beast that src/net uses, precompiled. Never included outside src/net.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC system_header
#endif

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
