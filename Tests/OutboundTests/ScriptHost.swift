import Wire

/// A host that says yes until the conversation has come to a certain place.
final class ScriptHost: Driver {
    typealias Peer = Connection

    enum Deed: Sendable {
        /// Closes the connection there.
        case close
        /// Says nothing more, and reads nothing more.
        case hang
        /// Says this there.
        case say(String)
        /// Says this there, and closes the connection.
        case leave(String)
    }

    private let place: String
    private let deed: Deed
    private let log: HostLog
    private let extensions: [String]
    private let replies: [String: String]
    private var isInText = false

    /// The place is `greeting`, a verb, `text` or `.`; a command that begins as one of the replies has it.
    init(
        _ place: String,
        _ deed: Deed,
        _ log: HostLog,
        extensions: [String] = [],
        replies: [String: String] = [:]
    ) {
        self.place = place
        self.deed = deed
        self.log = log
        self.extensions = extensions
        self.replies = replies
    }

    func opened(_ peer: Connection) {
        log.add(event: "opened")
        if !acts("greeting", peer) { say("220 host.example", peer) }
    }

    func received(_ bytes: Span<UInt8>, _ peer: Connection) -> Int {
        var start = 0
        for at in bytes.indices where bytes[at] == UInt8(ascii: "\n") {
            let line = String(decoding: (start..<at).map { bytes[$0] }.filter { $0 != 0x0D }, as: UTF8.self)
            start = at + 1
            hear(line, peer)
            if line == "STARTTLS" { break }
        }
        // A long line of the text is nothing to us.
        return isInText ? bytes.count : start
    }

    private func hear(_ line: String, _ peer: Connection) {
        log.add(event: line)
        guard !isInText else {
            if line == "." { isInText = false }
            if acts(line == "." ? "." : "text", peer) { return }
            if line == "." { say("250 taken", peer) }
            return
        }
        if let reply = replies.first(where: { line.hasPrefix($0.key) })?.value { return say(reply, peer) }
        let verb = String(line.prefix { $0 != " " })
        if acts(verb, peer) { return }
        switch verb {
        case "EHLO":
            say(
                (["250-host.example"] + extensions.map { "250-\($0)" } + ["250 8BITMIME"]).joined(separator: "\r\n"),
                peer
            )
        case "DATA":
            isInText = true
            say("354 go on", peer)
        case "STARTTLS":
            say("220 go on", peer)
            peer.startTLS()
        case "QUIT":
            say("221 bye", peer)
            peer.close()
        default: say("250 fine", peer)
        }
    }

    private func acts(_ place: String, _ peer: Connection) -> Bool {
        guard place == self.place else { return false }
        switch deed {
        case .close: peer.close()
        case .hang: peer.pauseReading()
        case .say(let text): say(text, peer)
        case .leave(let text):
            say(text, peer)
            peer.close()
        }
        return true
    }

    private func say(_ text: String, _ peer: Connection) {
        peer.write(Array("\(text)\r\n".utf8))
        peer.flush()
    }

    func woken(_ token: UInt64, _ peer: Connection) {}
    func deadlinePassed(_ peer: Connection) {}
    func closed() {}
}
