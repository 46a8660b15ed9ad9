import Glibc
import System
import Testing

@testable import TLS

/// Measures, on demand only: HARAKA_MEASURE=1.
@Suite(.serialized, .enabled(if: Environment.value("HARAKA_MEASURE") != nil)) struct IdleMemoryTests {
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

    @Test(
        "An idle connection's memory, before the first byte and after the handshake",
        arguments: [nil] + TLSVersion.allCases
    )
    func idle(version: TLSVersion?) throws {
        let count = 2000
        let contexts = try TLSServerContexts(TLSSettings(), ["ecdsa", "rsa"].map(Authority.certificate))
        let context = try Pair.context { $0.offer.maximumVersion = version ?? .tls13 }
        try connect(contexts, context, version)
        var kept: [TLSEngine] = []
        kept.reserveCapacity(count)
        trim()
        let before = try resident()
        for _ in 0..<count { kept.append(try connect(contexts, context, version)) }
        trim()
        let each = (try resident() - before) / count
        print(
            "idle \(version?.rawValue ?? "before the first byte"): \(each) B resident each"
        )
        #expect(kept.count == count)
        #expect(each < 24 << 10)
    }

    @discardableResult
    private func connect(
        _ contexts: TLSServerContexts,
        _ context: TLSClientContext,
        _ version: TLSVersion?
    ) throws -> TLSEngine {
        let server = TLSEngine(server: contexts)
        if version == nil { return server }
        let pair = Pair(server, TLSEngine(client: context, name: "mx.example.org")).run()
        #expect(pair.talks())
        return server
    }

    @Test("What a handshake and a megabyte cost in CPU time")
    func speed() throws {
        let contexts = try TLSServerContexts(TLSSettings(), [Authority.certificate("ecdsa")])
        let context = try Pair.context()
        for version in TLSVersion.allCases {
            let context = try version == .tls13 ? context : Pair.context { $0.offer.maximumVersion = version }
            let start = clock()
            for _ in 0..<500 {
                Pair(TLSEngine(server: contexts), TLSEngine(client: context, name: "mx.example.org")).run()
            }
            print("handshake \(version.rawValue), both sides: \((clock() - start) / 500) us")
        }
        let pair = Pair(TLSEngine(server: contexts), TLSEngine(client: context, name: "mx.example.org")).run()
        let noise = Pair.noise(1 << 20)
        pair.client.send(noise)
        let bytes = Pair.takeCiphertext(pair.client)
        let start = clock()
        var place = 0
        while place < bytes.count {
            let end = min(place + 65536, bytes.count)
            pair.server.receive(bytes.span.extracting(place..<end))
            pair.server.dropPlaintext(pair.server.plaintextCount)
            place = end
        }
        print("decrypting 1 MiB: \(clock() - start) us")
        let line = Array("250 2.1.0 Sender OK\r\n".utf8)
        let begin = clock()
        for _ in 0..<10000 {
            pair.server.send(line.span)
            pair.server.withCiphertext { pair.client.receive($0) }
            pair.server.dropCiphertext(pair.server.ciphertextCount)
            pair.client.dropPlaintext(pair.client.plaintextCount)
        }
        print("a line sent and received: \(Double(clock() - begin) / 10000) us")
    }
}
