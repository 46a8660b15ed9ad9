internal import Glibc
internal import NIOCore
public import TLS

extension Connection {
    public var tls: TLSFacts? { engine?.facts }
    public var tlsExporter: [UInt8]? { engine?.tlsExporter }
    public var tlsServerEndPoint: [UInt8]? { engine?.serverEndPoint }
    /// The TLSA record that the peer's certificate was verified by.
    var matchedTLSA: TLSARecord? { engine?.matchedTLSA }
    /// Whether there is a TLSA record that a certificate can be held against.
    var canUseTLSA: Bool { engine?.canUseTLSA ?? false }

    public func startTLS() {
        guard accepts, engine == nil else { return }
        if let contexts = entrance.present.contexts(local.port) {
            upcoming = TLSEngine(server: contexts)
            isHandshaking = true
        } else {
            fault = .noCertificate
        }
        if let rest = unread.take() { forget(rest) }
        wantsFlush = true
        performUnlessBusy()
    }

    /// Begins TLS as the client behind what was written; the server's certificate must be for the name, or as demanded.
    ///
    /// As with ``startTLS()`` what has come in the clear and isn't taken is forgotten, and nothing goes in or out before
    /// ``Driver/secured(_:_:)`` or ``Driver/failed(_:_:)``. The limit, not the deadline, bounds the handshake.
    public func startTLS(_ context: TLSClientContext, name: String?, demand: TLSADemand? = nil) {
        guard accepts, engine == nil else { return }
        let engine = TLSEngine(client: context, name: name, demand: demand)
        if case .failed(let error) = engine.state {
            fault = .handshake(error)
        } else {
            upcoming = engine
            isHandshaking = true
        }
        if let rest = unread.take() { forget(rest) }
        wantsFlush = true
        performUnlessBusy()
    }

    /// Nothing that came in the clear behind STARTTLS may count as said inside TLS (RFC 3207 §6).
    func forget(_ rest: ByteBuffer) {
        noteDropped(rest.readableBytes)
        recycle(rest)
    }

    private func noteDropped(_ count: Int) {
        guard count > 0 else { return }
        if droppedPlaintext == 0 { entrance.tally.note { $0.plaintextBehindSTARTTLS += 1 } }
        droppedPlaintext += count
    }

    /// Drops what has arrived but wasn't read: a client waits for the 220, which has not left yet, before it begins TLS.
    func dropKernelInput() {
        guard handle >= 0 else { return }
        var count = 1
        // Who sends more than that meanwhile fails the handshake with it.
        for _ in 0..<16 where count > 0 {
            count = unsafe withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { room in
                unsafe recv(handle, room.baseAddress, room.count, CInt(MSG_DONTWAIT))
            }
            noteDropped(count)
        }
    }

    /// What was written in the clear has left, or is in NIO's queue before everything else.
    func switchToTLS() {
        engine = upcoming.take()
        beginHandshake()
    }

    /// TLS from the first byte, or the first behind a PROXY header; a fault if there is no certificate.
    func secureAtOnce() {
        guard let contexts = entrance.present.contexts(local.port) else {
            fault = .noCertificate
            return
        }
        let engine = TLSEngine(server: contexts)
        self.engine = engine
        isHandshaking = true
        beginHandshake()
        if let early = unread.take() { take(early, engine) }
    }

    private func beginHandshake() {
        roster.arm(slot, entrance.present.handshakeDeadline)
        // A driver that has paused reading doesn't mean the handshake.
        startKernel()
    }

    /// Decrypts what has just been read.
    func take(_ bytes: ByteBuffer, _ engine: TLSEngine) {
        let before = engine.plaintextCount
        engine.receive(bytes.readableBytesUInt8Span)
        recycle(bytes)
        let count = engine.plaintextCount
        bytesReceived &+= UInt64(count - before)
        if count > before { hasNews = true }
        if engine.ciphertextCount > 0 { wantsFlush = true }
        guard !isHandshaking else { return }
        switch engine.state {
        case .handshaking, .open: break
        case .closedByPeer: inputEnded = true
        case .failed(let error): fault = .tls(error)
        }
        if holdsBack { stopKernel() }
        if count > Self.unreadLimit { abandon() }
    }

    /// Whether the handshake has been finished since the last time; failing makes a fault.
    func takeHandshake(_ engine: TLSEngine) -> Bool {
        switch engine.state {
        case .handshaking: return false
        case .failed(let error):
            failHandshake(.handshake(error))
            return false
        case .open, .closedByPeer:
            if engine.state == .closedByPeer { inputEnded = true }
            isHandshaking = false
            roster.disarm(slot)
            entrance.tally.note { $0.handshakes += 1 }
            return true
        }
    }

    func failHandshake(_ fault: WireFault) {
        isHandshaking = false
        self.fault = fault
        entrance.tally.note { $0.failedHandshakes += 1 }
    }

    /// Turns the output into records, and adds what the engine has to say itself.
    func encrypt(_ engine: TLSEngine) {
        if output.readableBytes > 0 {
            // Only what a driver has written after the handshake: before that it isn't listened to.
            if engine.isEstablished {
                let plaintext = output
                engine.send(plaintext.readableBytesUInt8Span)
            }
            output.moveReaderIndex(to: 0)
            output.moveWriterIndex(to: 0)
        }
        // RFC 8446 §6.1: whoever ends a connection says so, so that nobody can cut it short.
        if wantsClose { engine.closeNotify() }
        guard engine.ciphertextCount > 0 else { return }
        makeRoom()
        engine.withCiphertext { bytes in _ = unsafe output.writeBytes(bytes.bytes) }
        engine.dropCiphertext(engine.ciphertextCount)
    }
}
