package import PluginKit

/// The client's side of SMTP with one server, up to the mail itself.
///
/// Every function throws a ``RemoteFault`` or a `NetError` when this server can't be spoken to.
package struct Dialogue<Line: RemoteLine>: Sendable {
    package let line: Line
    /// What we are called in EHLO.
    let hello: String

    package init(_ line: Line, hello: String) {
        self.line = line
        self.hello = hello
    }

    package func reply() async throws -> RemoteReply { try await RemoteReply.read(from: line) }

    package func say(_ text: String) async throws -> RemoteReply {
        try await line.write(text + "\r\n")
        return try await reply()
    }

    /// Hears the greeting and says EHLO.
    package func begin() async throws -> Offer {
        let greeting = try await reply()
        guard greeting.code == 220 else { throw RemoteFault("greeted with \(greeting.code)") }
        return try await greet()
    }

    package func greet() async throws -> Offer {
        let reply = try await say("EHLO \(hello)")
        guard reply.code == 250 else { throw RemoteFault("answered EHLO with \(reply.code)") }
        return Offer(reply)
    }

    /// RFC 3207: what was offered in the clear is forgotten.
    package func startTLS(_ tls: NetTLS) async throws -> Offer {
        let answer = try await say("STARTTLS")
        guard answer.code == 220 else { throw RemoteFault("answered STARTTLS with \(answer.code)") }
        try await line.startTLS(tls)
        return try await greet()
    }

    /// What the server says to a user and a password; by PLAIN where it is offered, unless a mechanism is asked for.
    package func authenticate(
        _ user: String,
        _ secret: [UInt8],
        _ offer: Offer,
        mechanism wanted: String? = nil
    ) async throws -> RemoteReply {
        let offered = offer.parameters("AUTH")
        let mechanism = wanted.map { [$0] } ?? ["PLAIN", "LOGIN"]
        switch mechanism.first(where: offered.contains) {
        case "PLAIN"?:
            // RFC 4616: no identity but the user's own.
            return try await say("AUTH PLAIN \(Base64.encode([0] + Array(user.utf8) + [0] + secret))")
        case "LOGIN"?: return try await login(user, secret)
        default: throw RemoteFault("offers neither \(mechanism.map { "AUTH \($0)" }.joined(separator: " nor "))")
        }
    }

    private func login(_ user: String, _ secret: [UInt8]) async throws -> RemoteReply {
        for text in ["AUTH LOGIN", Base64.encode(Array(user.utf8))] {
            let answer = try await say(text)
            guard answer.code == 334 else { return answer }
        }
        return try await say(Base64.encode(secret))
    }

    /// Says goodbye; it may be gone already.
    package func quit() async {
        try? await line.write("QUIT\r\n")
        line.close()
    }
}
