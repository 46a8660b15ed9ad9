import PluginKit

/// Tries to log in to one server as a user: the client's side of RFC 4954.
struct RemoteLogin<Line: RemoteLine> {
    enum Answer: Equatable { case right, wrong, unavailable(code: Int) }

    let line: Line
    let settings: ProxySettings
    let isSecure: Bool

    /// Throws a ``RemoteFault`` or a `NetError` when this server can't be asked.
    func ask(user: String, secret: [UInt8]) async throws -> Answer {
        let greeting = try await reply()
        guard greeting.code == 220 else { throw RemoteFault("greeted with \(greeting.code)") }
        var offer = try await hello()
        if !isSecure { offer = try await secure(offer) }
        let methods = methods(in: offer)
        let answer: Answer
        if methods.contains("PLAIN") {
            answer = try await plain(user, secret)
        } else if methods.contains("LOGIN") {
            answer = try await login(user, secret)
        } else {
            throw RemoteFault("offers neither AUTH PLAIN nor AUTH LOGIN")
        }
        // It may be gone already.
        try? await line.write("QUIT\r\n")
        return answer
    }

    private func reply() async throws -> RemoteReply { try await RemoteReply.read(from: line) }

    private func say(_ text: String) async throws -> RemoteReply {
        try await line.write(text + "\r\n")
        return try await reply()
    }

    private func hello() async throws -> RemoteReply {
        let offer = try await say("EHLO \(settings.hello)")
        guard offer.code == 250 else { throw RemoteFault("answered EHLO with \(offer.code)") }
        return offer
    }

    /// RFC 3207: what was offered in the clear is forgotten.
    private func secure(_ offer: RemoteReply) async throws -> RemoteReply {
        guard offer.lines.dropFirst().contains(where: { $0.uppercased() == "STARTTLS" }) else {
            guard settings.allowsCleartext else {
                throw RemoteFault("offers no STARTTLS, and auth_proxy.ini has no allow_cleartext=true")
            }
            return offer
        }
        let answer = try await say("STARTTLS")
        guard answer.code == 220 else { throw RemoteFault("answered STARTTLS with \(answer.code)") }
        try await line.startTLS(settings.tls)
        return try await hello()
    }

    /// Also of the old form `AUTH=PLAIN LOGIN`.
    private func methods(in offer: RemoteReply) -> Set<String> {
        var methods: Set<String> = []
        for text in offer.lines.dropFirst() {
            let words = text.uppercased().split { $0 == " " || $0 == "=" }
            if words.first == "AUTH" { methods.formUnion(words.dropFirst().map(String.init)) }
        }
        return methods
    }

    /// RFC 4616: no identity but the user's own.
    private func plain(_ user: String, _ secret: [UInt8]) async throws -> Answer {
        judge(try await say("AUTH PLAIN \(Base64.encode([0] + user.utf8 + [0] + secret))"))
    }

    private func login(_ user: String, _ secret: [UInt8]) async throws -> Answer {
        for text in ["AUTH LOGIN", Base64.encode(Array(user.utf8))] {
            let answer = try await say(text)
            guard answer.code == 334 else { return judge(answer) }
        }
        return judge(try await say(Base64.encode(secret)))
    }

    /// RFC 4954 §6: 235 is a yes, 4yz a matter of the moment, 535 a no, as is a 5yz about the user.
    private func judge(_ answer: RemoteReply) -> Answer {
        switch answer.code {
        case 235: .right
        // About the command or the mechanism, and not about the user.
        case 500, 502, 503, 504, 534, 538: .unavailable(code: answer.code)
        case 500...599: .wrong
        default: .unavailable(code: answer.code)
        }
    }
}
