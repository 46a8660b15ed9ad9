import TLS

/// A blocking client that speaks TLS over a connection that another has begun.
final class SecureClient {
    let engine: TLSEngine
    private let client: Client
    /// How many bytes leave at once.
    private let piece: Int

    struct Failure: Error { let state: TLSEngine.State }

    /// Shakes hands.
    init(_ client: consuming Client, _ context: TLSClientContext, piece: Int = .max) throws {
        self.client = client
        self.piece = piece
        engine = TLSEngine(client: context, name: "one.example")
        try push()
        while engine.state == .handshaking { try pull() }
        guard engine.state == .open else { throw Failure(state: engine.state) }
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        engine.send(bytes.span)
        try push()
    }

    /// Sends bytes as they are.
    func sendRaw(_ bytes: [UInt8]) throws { try client.send(bytes) }

    /// Another descriptor of the same socket, which stays open without this.
    func duplicate() -> CInt { client.duplicate() }

    /// Says that nothing more comes.
    func goodbye() throws {
        engine.closeNotify()
        try push()
    }

    func readLine() throws -> String {
        while true {
            let bytes = plaintext()
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                engine.dropPlaintext(end + 1)
                return String(decoding: bytes[...end], as: UTF8.self)
            }
            guard engine.state == .open else { throw Failure(state: engine.state) }
            try pull()
        }
    }

    /// Reads until the server closes; with close_notify the engine's state tells.
    func readAll() throws -> [UInt8] {
        while engine.state == .open { try pull() }
        let bytes = plaintext()
        engine.dropPlaintext(bytes.count)
        return bytes
    }

    private func plaintext() -> [UInt8] {
        engine.withPlaintext { bytes in bytes.indices.map { bytes[$0] } }
    }

    private func pull() throws {
        let bytes = try client.read(atMost: 1 << 16)
        if bytes.isEmpty { engine.transportEnded() } else { engine.receive(bytes.span) }
        try push()
    }

    private func push() throws {
        let bytes = engine.withCiphertext { bytes in bytes.indices.map { bytes[$0] } }
        engine.dropCiphertext(bytes.count)
        var start = 0
        while start < bytes.count {
            let end = piece < bytes.count - start ? start + piece : bytes.count
            try client.send(Array(bytes[start..<end]))
            start = end
        }
    }
}
