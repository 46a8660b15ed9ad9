package import PluginKit

/// Tries to log in to one server as a user: the client's side of RFC 4954.
package struct RemoteLogin<Line: RemoteLine>: Sendable {
    package enum Answer: Equatable { case right, wrong, unavailable(code: Int) }

    let line: Line
    let hello: String
    let isSecure: Bool
    let tls: NetTLS
    /// The file whose `allow_cleartext` would have to be true; nil: a server without STARTTLS is asked all the same.
    let strictBecauseOf: String?

    package init(
        line: Line,
        hello: String,
        isSecure: Bool,
        tls: NetTLS,
        strictBecauseOf: String?
    ) {
        self.line = line
        self.hello = hello
        self.isSecure = isSecure
        self.tls = tls
        self.strictBecauseOf = strictBecauseOf
    }

    /// Throws a ``RemoteFault`` or a `NetError` when this server can't be asked.
    package func ask(user: String, secret: [UInt8]) async throws -> Answer {
        let dialogue = Dialogue(line, hello: hello)
        var offer = try await dialogue.begin()
        if !isSecure {
            if offer.has("STARTTLS") {
                offer = try await dialogue.startTLS(tls)
            } else if let file = strictBecauseOf {
                throw RemoteFault("offers no STARTTLS, and \(file) has no allow_cleartext=true")
            }
        }
        let answer = Self.judge(try await dialogue.authenticate(user, secret, offer))
        // It may be gone already.
        try? await line.write("QUIT\r\n")
        return answer
    }

    /// RFC 4954 §6: 235 is a yes, 4yz a matter of the moment, 535 a no, as is a 5yz about the user.
    private static func judge(_ answer: RemoteReply) -> Answer {
        switch answer.code {
        case 235: .right
        // About the command or the mechanism, and not about the user.
        case 500, 502, 503, 504, 534, 538: .unavailable(code: answer.code)
        case 500...599: .wrong
        default: .unavailable(code: answer.code)
        }
    }
}
