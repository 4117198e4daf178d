// One connection: requests come in one after the other, answers and events go out.

#include "mcp/http_link.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <utility>

#include "mcp/conversation.h"

namespace crafter::mcp {
namespace {

constexpr std::size_t kBlock = 64 << 10;
constexpr std::chrono::seconds kLinger(2);

struct Reason {
  int status;
  std::string_view line;
};
constexpr std::array kReasons{Reason{200, "HTTP/1.1 200 OK\r\n"},
                              Reason{202, "HTTP/1.1 202 Accepted\r\n"},
                              Reason{204, "HTTP/1.1 204 No Content\r\n"},
                              Reason{400, "HTTP/1.1 400 Bad Request\r\n"},
                              Reason{401, "HTTP/1.1 401 Unauthorized\r\n"},
                              Reason{403, "HTTP/1.1 403 Forbidden\r\n"},
                              Reason{404, "HTTP/1.1 404 Not Found\r\n"},
                              Reason{405, "HTTP/1.1 405 Method Not Allowed\r\n"},
                              Reason{406, "HTTP/1.1 406 Not Acceptable\r\n"},
                              Reason{408, "HTTP/1.1 408 Request Timeout\r\n"},
                              Reason{413, "HTTP/1.1 413 Content Too Large\r\n"},
                              Reason{415, "HTTP/1.1 415 Unsupported Media Type\r\n"},
                              Reason{421, "HTTP/1.1 421 Misdirected Request\r\n"},
                              Reason{431, "HTTP/1.1 431 Request Header Fields Too Large\r\n"},
                              Reason{503, "HTTP/1.1 503 Service Unavailable\r\n"}};

void append_status(std::string& out, int status) {
  const auto* found = std::ranges::find(kReasons, status, &Reason::status);
  if (found != kReasons.end())
    out += found->line;
  else
    out.append("HTTP/1.1 ").append(std::to_string(status)).append(" Error\r\n");
}

void append_length(std::string& out, std::size_t length) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), length).ptr;
  out.append("Content-Length: ").append(digits.begin(), end).append("\r\n");
}

}  // namespace

void HttpLink::rest() {
  state_ = State::reading;
  has_continued_ = false;
  deadline_ = deadline_in(in_.empty() ? options_.idle_time : options_.request_time);
}

Interest HttpLink::interest() const {
  const bool reads = state_ == State::reading || state_ == State::closing;
  if (out_.empty()) return reads ? Interest::read : Interest::nothing;
  return reads ? Interest::both : Interest::write;
}

void HttpLink::receive() {
  char block[kBlock];
  const Transfer got = receive_some(socket_, block, kBlock);
  if (got.is_over) return give_up();
  if (got.count == 0 || state_ == State::closing) return;
  if (in_.empty()) deadline_ = deadline_in(options_.request_time);
  in_.append(block, got.count);
}

bool HttpLink::advance(HttpEndpoint& endpoint, const std::shared_ptr<Mailbox>& mailbox) {
  if (state_ != State::reading || in_.empty()) return false;
  return take_request(endpoint, mailbox);
}

/// The body, and how many bytes of the input the request takes; false when it is not whole.
bool HttpLink::take_body(const HttpHead& head, std::string_view* body, std::size_t* size) {
  const std::string_view rest = std::string_view(in_).substr(head.size);
  if (head.length) {
    *body = rest.substr(0, *head.length);
    *size = head.size + *head.length;
    return rest.size() >= *head.length;
  }
  if (!chunks_) chunks_.emplace(options_.limits.body);
  const auto taken = chunks_->take(rest);
  if (const auto* flaw = std::get_if<HttpFlaw>(&taken)) {
    refuse(*flaw);
    return false;
  }
  in_.erase(head.size, std::get<std::size_t>(taken));
  *body = chunks_->body();
  *size = head.size;
  return chunks_->is_whole();
}

bool HttpLink::take_request(HttpEndpoint& endpoint, const std::shared_ptr<Mailbox>& mailbox) {
  const auto read = read_head(in_, options_.limits);
  if (std::holds_alternative<std::monostate>(read)) return false;
  if (const auto* flaw = std::get_if<HttpFlaw>(&read)) {
    refuse(*flaw);
    return false;
  }
  const HttpHead& head = std::get<HttpHead>(read);
  std::string_view body;
  std::size_t size = 0;
  if (!take_body(head, &body, &size)) {
    if (head.expects_continue && state_ == State::reading && !std::exchange(has_continued_, true))
      out_ += "HTTP/1.1 100 Continue\r\n\r\n";
    return false;
  }
  ++exchange_;
  state_ = State::serving;
  is_kept_alive_ = head.is_kept_alive && !is_ending_;
  is_chunked_ = head.minor == 1;
  is_stream_ = false;
  is_head_only_ = head.method == "HEAD";
  takes_events_ = accepts_type(head, "text/event-stream");
  auto served = endpoint.serve({head, body, std::make_shared<HttpOutlet>(mailbox, id_, exchange_)});
  if (size == in_.size())
    in_.clear();
  else
    in_.erase(0, size);
  chunks_.reset();
  if (const auto* whole = std::get_if<HttpReply>(&served)) {
    reply(*whole);
    return true;
  }
  auto& pending = std::get<Pending>(served);
  is_modern_ = pending.is_modern;
  talk_ = std::move(pending.talk);
  if (pending.is_stream) begin_stream();
  return true;
}

void HttpLink::reply(const HttpReply& reply) {
  append_status(out_, reply.status);
  if (!reply.body.empty()) out_ += "Content-Type: application/json\r\n";
  if (reply.status != 204) append_length(out_, reply.body.size());
  if (!is_kept_alive_) out_ += "Connection: close\r\n";
  out_.append(reply.headers).append("\r\n").append(is_head_only_ ? "" : reply.body);
  end_exchange();
}

void HttpLink::refuse(const HttpFlaw& flaw) {
  is_kept_alive_ = false;
  is_head_only_ = false;
  reply({flaw.status, write_error(nullptr, {kInvalidRequest, std::string(flaw.why)})});
}

void HttpLink::begin_stream() {
  is_stream_ = true;
  is_kept_alive_ = is_kept_alive_ && is_chunked_;
  out_ +=
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
      "X-Accel-Buffering: no\r\n";
  out_ += is_chunked_ ? "Transfer-Encoding: chunked\r\n" : "";
  out_ += is_kept_alive_ ? "\r\n" : "Connection: close\r\n\r\n";
  deadline_ = deadline_in(options_.keep_alive);
}

void HttpLink::write_event(std::string_view message) {
  constexpr std::string_view kBefore = "event: message\ndata: ";
  constexpr std::string_view kAfter = "\n\n";
  const std::size_t size = kBefore.size() + message.size() + kAfter.size();
  if (is_chunked_) fmt::format_to(std::back_inserter(out_), "{:x}\r\n", size);
  out_.append(kBefore).append(message).append(kAfter);
  if (is_chunked_) out_ += "\r\n";
  deadline_ = deadline_in(options_.keep_alive);
}

void HttpLink::deliver(Posting& posting) {
  if (state_ != State::serving || posting.exchange != exchange_) return;
  if (posting.is_last && !is_stream_)
    return reply({is_modern_ ? status_of(posting.code) : 200, std::move(posting.message)});
  if (!takes_events_) return;  // it gets the answer, and nothing before it
  if (!is_stream_) begin_stream();
  if (!posting.message.empty()) write_event(posting.message);
  if (out_.size() > options_.unsent) return give_up();
  if (!posting.is_last) return;
  if (is_chunked_) out_ += "0\r\n\r\n";
  end_exchange();
}

/// After the last answer the rest of what the client sends is read and dropped for a while:
/// closing at once could take the answer away from it.
void HttpLink::end_exchange() {
  talk_ = nullptr;
  chunks_.reset();
  if (is_kept_alive_) return rest();
  in_.clear();
  state_ = State::closing;
  deadline_ = deadline_in(kLinger);
}

void HttpLink::flush() {
  while (!out_.empty()) {
    const Transfer sent = send_some(socket_, out_);
    if (sent.is_over) return give_up();
    if (sent.count == 0) return;
    if (sent.count == out_.size())
      out_.clear();
    else
      out_.erase(0, sent.count);
    if (state_ != State::serving || !out_.empty())
      deadline_ = std::max(deadline_, deadline_in(out_.empty() ? kLinger : options_.request_time));
  }
  if (state_ == State::closing) end_sending(socket_);
}

/// Over the modern wire a client that leaves has cancelled.
void HttpLink::give_up() {
  state_ = State::over;
  const auto talk = std::exchange(talk_, nullptr);
  if (talk != nullptr && is_modern_) talk->cancel();
}

void HttpLink::tick(Deadline now) {
  if (state_ == State::over || now < deadline_) return;
  if (!out_.empty() || state_ == State::closing) return give_up();
  if (state_ == State::serving) {
    if (is_stream_) {
      out_ += is_chunked_ ? "e\r\n: keep-alive\n\n\r\n" : ": keep-alive\n\n";
      flush();
    }
    deadline_ = deadline_in(options_.keep_alive);
    return;
  }
  if (in_.empty()) return give_up();
  refuse({408, "too slow"});
  flush();
}

void HttpLink::wind_up() {
  is_ending_ = true;
  is_kept_alive_ = false;
  if (state_ == State::reading && in_.empty()) return give_up();
  if (const auto talk = talk_) talk->wind_up();
}

}  // namespace crafter::mcp
