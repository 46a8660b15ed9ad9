// Wire with canned replies, to see what the sockets cost without a mail server on top.
//
//     wire-only PORT [LOOPS]
//
// Then load it beside Debian's smtp-sink. It understands just enough SMTP for smtp-source.

import Glibc
import Wire

/// Answers each line by its first letter, and swallows message text.
struct CannedReplies: Driver {
    private enum State { case commands, text }

    private var state = State.commands

    mutating func opened(_ peer: Connection) {
        peer.write(Replies.greeting)
        peer.flush()
        peer.arm(deadline: .seconds(300))
    }

    mutating func received(_ bytes: Span<UInt8>, _ peer: Connection) -> Int {
        peer.arm(deadline: .seconds(300))
        var start = 0
        while let end = Self.lineFeed(bytes, from: start) {
            line(bytes.extracting(start..<end), peer)
            start = end + 1
        }
        peer.flush()
        return start
    }

    mutating func woken(_ token: UInt64, _ peer: Connection) { peer.close() }
    mutating func deadlinePassed(_ peer: Connection) { peer.close() }
    mutating func closed() {}

    private static func lineFeed(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            guard start < bytes.count, let base = bytes.baseAddress,
                let found = unsafe memchr(base + start, CInt(UInt8(ascii: "\n")), bytes.count - start)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
        }
    }

    private mutating func line(_ line: Span<UInt8>, _ peer: Connection) {
        switch (state, line[0]) {
        case (.text, UInt8(ascii: ".")) where line.count == 2:
            state = .commands
            peer.write(Replies.queued)
        case (.text, _):
            return
        case (.commands, UInt8(ascii: "D")):
            state = .text
            peer.write(Replies.goAhead)
        case (.commands, UInt8(ascii: "Q")):
            peer.write(Replies.goodbye)
            peer.close()
        case (.commands, _):
            peer.write(Replies.fine)
        }
    }
}

enum Replies {
    static let greeting = Array("220 wire.example ESMTP\r\n".utf8)
    static let fine = Array("250 2.0.0 fine\r\n".utf8)
    static let goAhead = Array("354 go ahead\r\n".utf8)
    static let queued = Array("250 2.0.0 queued\r\n".utf8)
    static let goodbye = Array("221 2.0.0 goodbye\r\n".utf8)
}

let port = CommandLine.arguments.dropFirst().first ?? "0"
let loops = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 2
let listeners = Listeners(loops: loops)
for bound in try listeners.bind([Listener(ListenAddress("127.0.0.1:\(port)"))]) { print(bound.actual) }
fflush(nil)
try listeners.accept { _ in CannedReplies() }
while true { try await Task.sleep(for: .seconds(3600)) }
