// zpipe - compresses standard input to standard output with zlib, or the other way round.
// SPDX-License-Identifier: ISC
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include <zlib.h>

using namespace std::string_view_literals;

namespace {

constexpr std::size_t chunk_bytes = 64 << 10;
using chunk = std::array<unsigned char, chunk_bytes>;

/* What zlib calls window bits: how the compressed bytes are framed. */
enum class frame : int { zlib = 15, gzip = 31, raw = -15, found_out = 47 };

struct choice {
	std::string_view word;
	std::variant<frame, bool> means; /* a frame, or whether to decompress */
	std::string_view help;
};

constexpr std::array<choice, 4> choices{ {
    { "-d"sv, true, "decompress: zlib or gzip, as the input says, or what is wanted"sv },
    { "-g"sv, frame::gzip, "write gzip; with -d want gzip"sv },
    { "-z"sv, frame::zlib, "write zlib, which is the default; with -d want zlib"sv },
    { "-r"sv, frame::raw, "write bare deflate; with -d want it"sv },
} };

struct options {
	bool decompress = false;
	std::optional<frame> as;
	std::optional<int> level;
};

struct usage_error : std::runtime_error {
	using runtime_error::runtime_error;
};

/* "-0" to "-9". */
std::optional<int>
level_of(std::string_view word)
{
	int n = 0;

	if (word.size() != 2 || word.front() != '-')
		return std::nullopt;
	if (auto [end, fault] = std::from_chars(word.data() + 1, word.data() + 2, n);
	    fault != std::errc() || end != word.data() + 2)
		return std::nullopt;
	return n;
}

void
take(options &o, std::string_view word)
{
	if (auto level = level_of(word)) {
		o.level = level;
		return;
	}
	for (const auto &[name, means, help] : choices) {
		if (name != word)
			continue;
		if (auto *as = std::get_if<frame>(&means))
			o.as = *as;
		else
			o.decompress = std::get<bool>(means);
		return;
	}
	throw usage_error("unknown word " + std::string(word));
}

options
read_options(int argc, char **argv)
{
	options o;

	for (int i = 1; i < argc; i++)
		take(o, argv[i]);
	if (o.decompress && o.level)
		throw usage_error("-" + std::to_string(*o.level) + " is of no use with -d");
	return o;
}

std::size_t
read_some(chunk &into)
{
	auto n = std::fread(into.data(), 1, into.size(), stdin);

	if (n == 0 && std::ferror(stdin))
		throw std::system_error(errno, std::generic_category(), "read");
	return n;
}

void
write_all(const chunk &from, std::size_t n)
{
	if (std::fwrite(from.data(), 1, n, stdout) != n)
		throw std::system_error(errno, std::generic_category(), "write");
}

/* One direction of zlib; what differs between the two is given. */
class stream {
public:
	using step = std::function<int(z_stream *, int)>;

	stream(step run, step end) : run_(std::move(run)), end_(std::move(end)) {}
	stream(const stream &) = delete;
	stream &operator=(const stream &) = delete;
	~stream() { end_(&z_, 0); }

	z_stream *get() { return &z_; }

	/* Feed n bytes and write what comes out; true: the stream is at its end, and left()
	 * bytes of the input are not of it. */
	bool feed(chunk &in, std::size_t n, int flush)
	{
		z_.next_in = in.data();
		z_.avail_in = static_cast<uInt>(n);
		return pump(flush);
	}

	bool pump(int flush)
	{
		chunk out;

		do {
			z_.next_out = out.data();
			z_.avail_out = out.size();
			int said = run_(&z_, flush);
			if (said != Z_OK && said != Z_STREAM_END && said != Z_BUF_ERROR)
				throw std::runtime_error(z_.msg ? z_.msg : zError(said));
			write_all(out, out.size() - z_.avail_out);
			if (said == Z_STREAM_END)
				return true;
		} while (z_.avail_out == 0);
		return false;
	}

	std::size_t left() const { return z_.avail_in; }

private:
	z_stream z_{};
	step run_, end_;
};

void
must(int said)
{
	if (said != Z_OK)
		throw std::runtime_error(zError(said));
}

void
compress(const options &o)
{
	stream s(deflate, [](z_stream *z, int) { return deflateEnd(z); });
	chunk in;
	std::size_t n;

	must(deflateInit2(s.get(), o.level.value_or(Z_DEFAULT_COMPRESSION), Z_DEFLATED,
	    static_cast<int>(o.as.value_or(frame::zlib)), 8, Z_DEFAULT_STRATEGY));
	do {
		n = read_some(in);
	} while (!s.feed(in, n, n == 0 ? Z_FINISH : Z_NO_FLUSH));
}

/* Streams may follow each other, as files of gzip do. */
void
decompress(const options &o)
{
	stream s(inflate, [](z_stream *z, int) { return inflateEnd(z); });
	chunk in;
	bool at_end = true, is_first = true;

	must(inflateInit2(s.get(), static_cast<int>(o.as.value_or(frame::found_out))));
	while (auto n = read_some(in)) {
		at_end = s.feed(in, n, Z_NO_FLUSH);
		while (at_end && s.left() > 0) {
			must(inflateReset(s.get()));
			at_end = s.pump(Z_NO_FLUSH);
		}
		if (at_end)
			must(inflateReset(s.get()));
		is_first = false;
	}
	if (is_first || !at_end)
		throw std::runtime_error("the input ends too early");
}

int
usage(std::string_view fault)
{
	std::fprintf(stderr, "zpipe: %.*s\nusage: zpipe [-0 ... -9] [-d]", (int)fault.size(),
	    fault.data());
	std::fputs(" [-g | -z | -r] < in > out\n", stderr);
	for (const auto &[name, means, help] : choices)
		std::fprintf(stderr, "  %.*s  %.*s\n", (int)name.size(), name.data(),
		    (int)help.size(), help.data());
	return 2;
}

} // namespace

int
main(int argc, char **argv)
{
	try {
		auto o = read_options(argc, argv);
		o.decompress ? decompress(o) : compress(o);
		if (std::fflush(stdout) != 0)
			throw std::system_error(errno, std::generic_category(), "write");
	} catch (const usage_error &e) {
		return usage(e.what());
	} catch (const std::exception &e) {
		std::fprintf(stderr, "zpipe: %s\n", e.what());
		return 1;
	}
	return 0;
}
