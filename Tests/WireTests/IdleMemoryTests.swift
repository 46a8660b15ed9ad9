import Glibc
import Support
import System
import TLS
import Testing

@testable import Wire

/// Measures, on demand only: HARAKA_MEASURE=1, in a release build for figures that count.
@Suite(.serialized, .enabled(if: Environment.value("HARAKA_MEASURE") != nil)) struct IdleMemoryTests {
    enum Kind: String, CaseIterable {
        case plain, plainAfterAByteASecond, startTLS, implicitTLS, tlsAfterAByteASecond
    }

    @Test("What an idle connection costs, its driver without anything of its own", arguments: Kind.allCases)
    func idle(kind: Kind) throws {
        _ = try? ResourceLimits.raiseOpenFiles()
        let isTLS = ![.plain, .plainAfterAByteASecond].contains(kind)
        let mode: ListenerOptions.TLSMode = kind == .implicitTLS ? .implicit : .offered
        let served = try Served(ListenerOptions(tls: mode), reception: Certificates.reception()) { _ in
            // Leaves a line that isn't finished, as a session does.
            Script.lines { line, peer in
                peer.say("220 \(line)\n")
                if line == "STARTTLS" { peer.startTLS() }
            }
        }
        let context = try Certificates.client()
        var kept = Kept()
        func connect() throws {
            let client = try Client(port: served.port)
            if isTLS {
                if mode == .offered { try begin(client) }
                let secure = try SecureClient(client, context)
                try secure.send("EHLO client.example.org\n")
                #expect(try secure.readLine() == "220 EHLO client.example.org\n")
                if kind == .tlsAfterAByteASecond {
                    for _ in 0..<10 { try secure.send("x") }
                }
                kept.keep(secure.duplicate())
            } else {
                try client.send("EHLO client.example.org\n")
                #expect(try client.readLine() == "220 EHLO client.example.org\n")
                if kind == .plainAfterAByteASecond {
                    for _ in 0..<10 {
                        try client.send("x")
                        while client.unsent > 0 {}
                    }
                }
                kept.keep(client.duplicate())
            }
        }
        for _ in 0..<100 { try connect() }
        trim()
        let before = try resident()
        let count = 4000
        for _ in 0..<count { try connect() }
        usleep(200_000)
        trim()
        let each = (try resident() - before) / count
        print("idle \(kind.rawValue): \(each) B resident each, \(served.listeners.connectionCount) connections")
        #expect(each < (isTLS ? 24 << 10 : 4 << 10))
        #expect(served.listeners.connectionCount == count + 100)
    }

    private func begin(_ client: borrowing Client) throws {
        try client.send("STARTTLS\n")
        #expect(try client.readLine() == "220 STARTTLS\n")
    }

    /// Gives back what the clients' halves have left.
    private func trim() {
        guard let symbol = unsafe dlsym(nil, "malloc_trim") else { return }
        _ = unsafe unsafeBitCast(symbol, to: (@convention(c) (Int) -> Int32).self)(0)
    }

    private func resident() throws -> Int {
        let text = try Files.read("/proc/self/statm")
        let pages = String(decoding: text, as: UTF8.self).split(separator: " ")[1]
        return (Int(pages) ?? 0) * 4096
    }
}

/// Descriptors that stay open until it goes.
private struct Kept: ~Copyable {
    private var descriptors: [CInt] = []

    deinit { for descriptor in descriptors { close(descriptor) } }

    mutating func keep(_ descriptor: CInt) { descriptors.append(descriptor) }
}
