import Foundation
import Glibc
import Support
import Testing

@testable import Wire

struct ProxyConnectionTests {
    private static let header = Array("PROXY TCP4 192.0.2.7 198.51.100.1 4321 25\r\n".utf8)
    private static let behindProxy = ListenerOptions(takesProxyHeader: true)

    private static func reception(_ trusted: String = "127.0.0.0/8") throws -> Reception {
        var reception = Reception()
        reception.proxies = try NetworkList([trusted])
        return reception
    }

    /// Greets with both ends, then echoes.
    @Sendable private static func greeter(_: Connection) -> Script {
        var script = Script.lines { line, peer in peer.say("<\(line)>\n") }
        script.onOpened = { peer in
            peer.say("\(peer.remote) \(peer.local) \(peer.proxiedBy?.ip ?? "direct")\n")
            peer.flush()
        }
        return script
    }

    @Test("A trusted proxy's header gives the addresses, in pieces of any size", arguments: [1, 5, .max])
    func text(piece: Int) async throws {
        let served = try Served(Self.behindProxy, reception: Self.reception(), Self.greeter)
        let client = try Client(port: served.port)
        let bytes = Self.header + Array("EHLO me\n".utf8)
        for start in stride(from: 0, to: bytes.count, by: min(piece, bytes.count)) {
            try client.send(Array(bytes[start..<min(bytes.count, piece == .max ? bytes.count : start + piece)]))
        }
        #expect(try client.readLine() == "192.0.2.7:4321 198.51.100.1:25 127.0.0.1\n")
        #expect(try client.readLine() == "<EHLO me>\n")
        #expect(served.listeners.counters.proxyHeaders == 1)
    }

    @Test(
        "LOCAL and UNKNOWN keep the connection's own addresses",
        arguments: [ProxyHeaderTests.binary(0x20, 0, []), Array("PROXY UNKNOWN\r\n".utf8)]
    )
    func local(_ header: [UInt8]) throws {
        let served = try Served(Self.behindProxy, reception: Self.reception(), Self.greeter)
        let client = try Client(port: served.port)
        try client.send(header)
        let greeting = try client.readLine()
        #expect(greeting.hasPrefix("127.0.0.1:"))
        #expect(greeting.hasSuffix(" 127.0.0.1:\(served.port) direct\n"))
    }

    @Test("Who isn't trusted is greeted at once, and its header is text like any other")
    func untrusted() throws {
        let served = try Served(Self.behindProxy, reception: Self.reception("192.0.2.0/24"), Self.greeter)
        let client = try Client(port: served.port)
        #expect(try client.readLine().hasSuffix(" direct\n"))
        try client.send("PROXY TCP4 192.0.2.7 198.51.100.1 4321 25\n")
        #expect(try client.readLine().hasPrefix("<PROXY"))
    }

    @Test("A listener that isn't told so expects no header, even from a proxy")
    func notExpected() throws {
        let served = try Served(reception: Self.reception(), Self.greeter)
        let client = try Client(port: served.port)
        #expect(try client.readLine().hasSuffix(" direct\n"))
    }

    @Test("The header comes before TLS that begins at once", arguments: [1, .max])
    func implicitTLS(piece: Int) throws {
        var reception = try Self.reception()
        let contexts = try Certificates.contexts()
        reception.contexts = { _ in contexts }
        let options = ListenerOptions(tls: .implicit, takesProxyHeader: true)
        let served = try Served(options, reception: reception, Self.greeter)
        let client = try Client(port: served.port)
        let header = ProxyHeaderTests.binary(0x21, 0x21, ProxyHeaderTests.v6Block)
        for start in stride(from: 0, to: header.count, by: min(piece, header.count)) {
            try client.send(Array(header[start..<min(header.count, piece == .max ? header.count : start + piece)]))
        }
        let secure = try SecureClient(client, Certificates.client(), piece: piece)
        #expect(try secure.readLine() == "[2001:db8::1]:256 [2001:db8::2]:65535 127.0.0.1\n")
        try secure.send("inside\n")
        #expect(try secure.readLine() == "<inside>\n")
    }

    @Test("A malformed header and one that doesn't come are closed with a reason, and no driver is made")
    func malformed() async throws {
        let incidents = Mark<Incident>()
        var reception = try Self.reception()
        reception.proxyDeadline = .milliseconds(50)
        let served = try Served(Self.behindProxy, reception: reception, report: { incidents.add($0) }) { _ in
            Issue.record("There is no driver to be made.")
            return Script()
        }
        let wrong = try Client(port: served.port)
        try wrong.send("EHLO me\r\n")
        #expect(try wrong.readAll() == [])
        await incidents.wait(for: 1)
        let late = try Client(port: served.port)
        try late.send("PROXY")
        #expect(try late.readAll() == [])
        await incidents.wait(for: 2)
        do {
            // A health check that only connects.
            let check = try Client(port: served.port)
            check.endSending()
            #expect(try check.readAll() == [])
        }
        #expect(await served.listeners.awaitDrained(.seconds(5)))
        let faults = incidents.values.map(\.fault)
        #expect(faults == [.proxyHeader("The connection does not begin with a PROXY header."), .slowProxyHeader])
        #expect(served.listeners.counters.failedProxyHeaders == 2)
    }

    @Test("A connection that waits for its header goes when all are told to go")
    func broadcast() async throws {
        let served = try Served(Self.behindProxy, reception: Self.reception(), Self.greeter)
        let client = try Client(port: served.port)
        while served.listeners.connectionCount == 0 { usleep(100) }
        served.listeners.broadcast(0)
        // The loop may not have taken it in at the first call.
        while await !served.listeners.awaitDrained(.milliseconds(20)) { served.listeners.broadcast(0) }
        #expect(try client.readAll() == [])
    }

    @Test("Behind a unix socket everybody is a proxy")
    func unixSocket() throws {
        let path = "/tmp/wire-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).sock"
        let served = try Served(on: path, Self.behindProxy, Self.greeter)
        defer { served.listeners.stopAccepting() }
        let client = try Client(path: path)
        try client.send(Self.header)
        #expect(try client.readLine() == "192.0.2.7:4321 198.51.100.1:25 direct\n")
    }

    @Test("HAProxy in front, with send-proxy-v2 and health checks", .enabled(if: HAProxy.isInstalled))
    func haproxy() throws {
        let incidents = Mark<Incident>()
        let served = try Served(
            Self.behindProxy,
            reception: Self.reception(),
            report: { incidents.add($0) },
            Self.greeter
        )
        let proxy = try HAProxy(to: served.port)
        defer { proxy.stop() }
        let client = try proxy.connect()
        let greeting = try client.readLine()
        #expect(greeting.hasSuffix(" 127.0.0.1:\(proxy.port) 127.0.0.1\n"), "\(greeting)")
        try client.send("EHLO me\n")
        #expect(try client.readLine() == "<EHLO me>\n")
        // With check-send-proxy, a check is a header of its own.
        while served.listeners.counters.proxyHeaders < 3 { usleep(1000) }
        #expect(incidents.values.isEmpty)
        #expect(served.listeners.counters.failedProxyHeaders == 0)
    }
}
