internal import COpenSSL

/// One half of a TLS connection without its socket: ciphertext goes in and comes out, plaintext goes in and comes out.
///
/// Belongs to one thread at a time. After each `receive`, `send` and `closeNotify` the caller looks at ``state``, takes
/// the plaintext and writes the ciphertext, the latter after a failure too: it holds the alert for the peer.
public final class TLSEngine {
    public enum State: Sendable, Equatable {
        case handshaking
        case open
        /// After close_notify: nothing comes any more, but it can still be sent.
        case closedByPeer
        case failed(TLSError)
    }

    public private(set) var state = State.handshaking
    /// Whether the handshake was ever finished.
    public private(set) var isEstablished = false

    /// Whether a TLSA record was demanded that can be used.
    public private(set) var canUseTLSA = false

    let side: Side
    /// Nil until a server's client has sent a whole record: silent and slow ones cost next to nothing.
    private var owned: OwnedSSL?
    private let pipe = CipherPipe()
    private var gate = RecordGate()
    private var decrypted = ByteQueue()
    private var hasSaidGoodbye = false

    /// Keeps alive what OpenSSL's callbacks point to.
    enum Side {
        case server(TLSServerContexts)
        case client(TLSClientContext)
    }

    /// The server's half; it waits for the client's first bytes.
    public init(server contexts: TLSServerContexts) {
        side = .server(contexts)
    }

    /// The client's half, whose first ciphertext is there at once.
    ///
    /// The name, a host's or an address's, is what the server's certificate must be for; a host's is sent as SNI too. A
    /// demand takes the place of the context's own way to verify.
    public init(
        client context: TLSClientContext,
        name: String?,
        demand: TLSADemand? = nil,
        resuming session: TLSSession? = nil
    ) {
        side = .client(context)
        owned = OwnedSSL(context.handle, over: pipe)
        unsafe SSL_set_connect_state(ssl)
        if let demand {
            expect(demand, name)
        } else if let name {
            expect(name)
        }
        if context.requestsStaple { unsafe copenssl_request_staple(ssl) }
        // A session of another version or cipher is left out by OpenSSL itself.
        if let session { _ = unsafe SSL_set_session(ssl, session.pointer) }
        advance()
    }

    private func expect(_ demand: TLSADemand, _ name: String?) {
        do throws(TLSError) {
            canUseTLSA = unsafe try Self.demand(demand, name: name, of: ssl)
        } catch {
            state = .failed(error)
        }
    }

    private func expect(_ name: String) {
        let checks = unsafe SSL_get0_param(ssl)
        if unsafe X509_VERIFY_PARAM_set1_ip_asc(checks, name) == 1 { return }
        // RFC 9525 §6.3: the wildcard is a whole label.
        unsafe SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        let isSet =
            unsafe SSL_set1_host(ssl, name) == 1
            && copenssl_set_server_name(ssl, name) == 1
        if !isSet {
            ErrorQueue.clear()
            state = .failed(TLSError(.settings, "The server's name cannot be asked for by TLS."))
        }
    }

    /// Takes what the transport has read: handshakes, decrypts, and keeps the part of a record that isn't whole yet.
    public func receive(_ ciphertext: Span<UInt8>) {
        guard isAlive else { return }
        if let stranger = gate.stranger(in: ciphertext) {
            state = .failed(.notTLS(stranger))
            return
        }
        gate.admit(ciphertext) { records in
            begin()
            pipe.lending(records) { advance() }
        }
    }

    private func begin() {
        guard owned == nil, case .server(let contexts) = side else { return }
        owned = OwnedSSL(contexts.fallback.handle, over: pipe)
        unsafe SSL_set_accept_state(ssl)
    }

    /// OpenSSL's half, for the length of a call.
    var ssl: OpaquePointer {
        guard let pointer = unsafe owned?.pointer else {
            preconditionFailure("There is no TLS connection before the first record.")
        }
        return unsafe pointer
    }

    /// Goes on as far as it can; `receive` has done so already.
    public func advance() {
        if state == .handshaking, owned != nil { handshake() }
        if state == .open { decrypt() }
    }

    /// Says that the transport has ended.
    ///
    /// Without the peer's close_notify before, that is a failure: what came last may be cut off (RFC 8446 §6.1).
    public func transportEnded() {
        switch state {
        case .handshaking: state = .failed(TLSError(.hungUp, "The peer hung up during the TLS handshake."))
        case .open: state = .failed(TLSError(.truncated, "The peer hung up without TLS's close_notify."))
        case .closedByPeer, .failed: break
        }
    }

    /// Encrypts; nothing happens once the connection has failed or said goodbye.
    public func send(_ plaintext: Span<UInt8>) {
        precondition(state != .handshaking, "Nothing can be sent before the handshake is finished.")
        guard canSend, plaintext.count > 0 else { return }
        // Header, content type and tag of each record: room at once rather than by growing.
        pipe.reserveOutput(plaintext.count + (plaintext.count / 16384 + 1) * 32)
        ErrorQueue.clear()
        var written = 0
        let done = unsafe plaintext.withUnsafeBufferPointer { bytes in
            unsafe SSL_write_ex(ssl, bytes.baseAddress, bytes.count, &written)
        }
        if done != 1 { explain(done) }
    }

    /// Tells the peer that nothing more will be sent (RFC 8446 §6.1); once, and only after the handshake.
    public func closeNotify() {
        guard canSend else { return }
        hasSaidGoodbye = true
        ErrorQueue.clear()
        _ = unsafe SSL_shutdown(ssl)
        ErrorQueue.clear()
    }

    private var isAlive: Bool { state == .handshaking || state == .open }
    private var canSend: Bool { (state == .open || state == .closedByPeer) && !hasSaidGoodbye }

    private func handshake() {
        ErrorQueue.clear()
        let result = unsafe SSL_do_handshake(ssl)
        guard result == 1 else { return explain(result) }
        isEstablished = true
        state = .open
    }

    private func decrypt() {
        while unsafe pipe.inputCount > 0 || SSL_pending(ssl) > 0 {
            // No record is longer in plaintext than in ciphertext, and only whole ones come here.
            let room = max(pipe.inputCount, Int(unsafe SSL_pending(ssl)))
            var result: Int32 = 1
            ErrorQueue.clear()
            unsafe decrypted.fill(room) { free in
                var count = 0
                result = unsafe SSL_read_ex(ssl, free.baseAddress, free.count, &count)
                return result == 1 ? count : 0
            }
            guard result == 1 else { return explain(result) }
        }
    }

    private func explain(_ result: Int32) {
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: break
        case SSL_ERROR_ZERO_RETURN: state = .closedByPeer
        default: state = .failed(.ofConnection(verifyResult: unsafe SSL_get_verify_result(ssl)))
        }
    }
}

extension TLSEngine {
    /// Decrypted bytes that nobody has taken yet.
    public var plaintextCount: Int { decrypted.count }
    /// Bytes for the transport that nobody has taken yet.
    public var ciphertextCount: Int { pipe.output.count }

    /// Lets the body look at all decrypted bytes; it may send and close, but neither receive nor drop.
    public func withPlaintext<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try decrypted.withSpan(body)
    }

    /// Forgets the first decrypted bytes.
    public func dropPlaintext(_ count: Int) { decrypted.drop(count) }

    /// Lets the body look at all bytes for the transport; it must not call the engine.
    public func withCiphertext<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try pipe.output.withSpan(body)
    }

    /// Forgets the first bytes for the transport.
    public func dropCiphertext(_ count: Int) { pipe.dropOutput(count) }
}
