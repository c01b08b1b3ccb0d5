// The one translation unit that compiles Asio's and Beast's sources.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>

#include "net/asio.h"
