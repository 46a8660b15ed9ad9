import System
import Testing
import Wire

@testable import HTTP

/// Requests over TLS, on loopback.
@Suite(.timeLimit(.minutes(15))) struct HTTPSClientTests {
    private func ask(
        _ host: WebHost,
        _ name: String = "one.example",
        isVerified: Bool = true,
        within patience: Duration = .seconds(20)
    ) async throws -> HTTPResponse {
        let address = try #require(HTTPSAddress("https://\(name):\(host.port)/.well-known/x"))
        return try await HTTPSClient(dialer: host.listeners.dialer).perform(
            HTTPRequest(address),
            at: .tcp(host: "127.0.0.1", port: host.port),
            isVerified: isVerified,
            limit: 100,
            within: patience
        )
    }

    @Test(
        "An answer comes whole, whether or not the host closes behind it",
        arguments: [
            ("HTTP/1.1 404 No\r\nContent-Length: 5\r\n\r\nhello", false), ("HTTP/1.1 404 No\r\n\r\nhello", true),
        ]
    )
    func answered(_ text: String, _ closes: Bool) async throws {
        let host = try WebHost(text, closes: closes)
        let response = try await ask(host)
        #expect(response.status == 404 && response.body == Array("hello".utf8))
        let heard = host.heard.withLock(\.self)
        #expect(heard.hasPrefix("GET /.well-known/x HTTP/1.1\r\nHost: one.example:\(host.port)\r\n"))
    }

    @Test func `A certificate for another name ends it, where it has to be verified`() async throws {
        let host = try WebHost("HTTP/1.1 200 OK\r\n\r\n")
        let error = await #expect(throws: HTTPFault.self) { try await ask(host, "other.example") }
        #expect(error == .tls("Bad certificate: hostname mismatch."))
        #expect(host.heard.withLock(\.self) == "")
        #expect(try await ask(host, "other.example", isVerified: false).status == 200)
    }

    @Test func `A host that says nothing is waited for no longer than was said`() async throws {
        let host = try WebHost("", closes: false)
        let error = await #expect(throws: HTTPFault.self) { try await ask(host, within: .milliseconds(300)) }
        #expect(error == .timedOut)
    }

    @Test func `Too much is not read to its end`() async throws {
        let host = try WebHost("HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 101), closes: false)
        let error = await #expect(throws: HTTPFault.self) { try await ask(host) }
        #expect(error == .tooBig(limit: 100))
    }

    @Test func `A port that nobody listens on is no host`() async throws {
        let host = try WebHost("")
        host.listeners.stopAccepting()
        let error = await #expect(throws: HTTPFault.self) { try await ask(host) }
        guard case .connection? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
