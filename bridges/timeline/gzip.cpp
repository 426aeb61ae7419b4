#include "bridges/timeline/gzip.h"

#include <cstdint>
#include <stdexcept>

#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/crc.hpp>

namespace fedmsgbot {

namespace {

void append_little_endian(std::string& out, std::uint32_t number) {
    for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>((number >> shift) & 0xffU);
}

}  // namespace

std::string gzip(std::string_view bytes) {
    namespace zlib = boost::beast::zlib;
    // Magic, deflate, no flags, no time, no extra flags, Unix.
    std::string out("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
    const auto head = out.size();
    zlib::deflate_stream stream;
    stream.reset(5, 15, 8, zlib::Strategy::normal);
    out.resize(head + stream.upper_bound(bytes.size()) + 16);
    zlib::z_params params;
    params.next_in = bytes.data();
    params.avail_in = bytes.size();
    params.next_out = out.data() + head;
    params.avail_out = out.size() - head;
    boost::beast::error_code error;
    stream.write(params, zlib::Flush::finish, error);
    if (error != zlib::error::end_of_stream) throw std::runtime_error("cannot compress: " + error.message());
    out.resize(out.size() - params.avail_out);
    boost::crc_32_type checksum;
    checksum.process_bytes(bytes.data(), bytes.size());
    append_little_endian(out, checksum.checksum());
    append_little_endian(out, static_cast<std::uint32_t>(bytes.size()));
    return out;
}

}  // namespace fedmsgbot
