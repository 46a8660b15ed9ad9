import Testing

@testable import TLS

/// A client and a server whose ciphertext is carried by hand.
final class Pair {
    let server: TLSEngine
    let client: TLSEngine

    init(_ server: TLSEngine, _ client: TLSEngine) {
        self.server = server
        self.client = client
    }

    convenience init(
        server: (inout TLSSettings) -> Void = { _ in },
        _ certificates: [String] = ["ecdsa"],
        client: (inout TLSClientSettings) -> Void = { _ in },
        name: String? = "mx.example.org"
    ) throws {
        var settings = TLSSettings()
        server(&settings)
        let contexts = try TLSServerContexts(settings, certificates.map(Authority.certificate))
        self.init(TLSEngine(server: contexts), TLSEngine(client: try Pair.context(client), name: name))
    }

    static func context(_ change: (inout TLSClientSettings) -> Void = { _ in }) throws -> TLSClientContext {
        var settings = TLSClientSettings()
        settings.trust = Authority.trust
        change(&settings)
        return try TLSClientContext(settings)
    }

    /// Carries ciphertext in pieces of that size until neither side has any.
    @discardableResult
    func run(piece: Int = .max) -> Pair {
        while client.ciphertextCount + server.ciphertextCount > 0 {
            Pair.carry(client, server, piece: piece)
            Pair.carry(server, client, piece: piece)
        }
        return self
    }

    static func carry(_ from: TLSEngine, _ to: TLSEngine, piece: Int = .max) {
        let bytes = takeCiphertext(from)
        var start = 0
        while start < bytes.count {
            let end = piece < bytes.count - start ? start + piece : bytes.count
            to.receive(Array(bytes[start..<end]))
            start = end
        }
    }

    static func takeCiphertext(_ engine: TLSEngine) -> [UInt8] {
        let bytes = engine.withCiphertext(array)
        engine.dropCiphertext(bytes.count)
        return bytes
    }

    static func takePlaintext(_ engine: TLSEngine) -> [UInt8] {
        let bytes = engine.withPlaintext(array)
        engine.dropPlaintext(bytes.count)
        return bytes
    }

    static func array(_ bytes: Span<UInt8>) -> [UInt8] { bytes.indices.map { bytes[$0] } }

    /// Whether bytes arrive unchanged both ways.
    func talks() -> Bool {
        client.send(Array("EHLO there\r\n".utf8))
        server.send(Array("250 here\r\n".utf8))
        run()
        return Pair.takePlaintext(server) == Array("EHLO there\r\n".utf8)
            && Pair.takePlaintext(client) == Array("250 here\r\n".utf8)
    }

    /// Bytes that don't repeat soon.
    static func noise(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 7) } }
}
