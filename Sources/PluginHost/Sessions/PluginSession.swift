internal import Glibc
internal import Hooks
internal import Mail
internal import PluginABI
internal import Synchronization

/// What plugins know of one connection, and the questions that it puts to them.
///
/// It belongs to the connection's event loop and is used there only. Plugins reach it by token from any thread, through
/// ``SharedSession``.
public final class PluginSession {
    public let table: HookTable
    /// The connection's UUID.
    public private(set) var id: String
    /// The number of the event loop, for whoever looks at a running server.
    public let loop: Int
    /// 0 after close, or when there are two million sessions already.
    public private(set) var token: UInt64

    let shared: SharedSession
    let backstage: Backstage
    var call: Call?
    var facts: FactBook
    private var frame: Frame?
    private var frameThread = pthread_t()

    /// The run that waits for an answer.
    var pending: PendingRun?
    /// The call that the run waits for, while it is put away.
    var waiting: (token: UInt64, post: HookTable.Post)?
    private var capabilities: [String] = []
    private var verifier: AuthVerifier?
    private var identity: ClientIdentity?
    private var hops: [NextHop] = []
    private var isEnqueued = false
    /// The message, without taking the lock for it.
    var text: MessageBuffer?
    /// Whether facts are set that only one hook has.
    var isAboutSomething = false
    let inlineLimit: Int64
    private var isClosed = false
    private var skipCache: (writes: Int, numbers: Set<Int>) = (0, [])

    /// - Parameters:
    ///   - table: what the session asks until it ends, whatever is loaded later.
    ///   - id: the connection's UUID.
    ///   - loop: the number of its event loop.
    ///   - wake: called on any thread when ``woken(_:)`` is to be called with that token on the loop.
    public init(table: HookTable, id: String, loop: Int, wake: @escaping @Sendable (UInt64) -> Void) {
        self.table = table
        self.id = id
        self.loop = loop
        backstage = table.backstage
        inlineLimit = table.backstage.timings.inlineLimit.wholeNanoseconds
        shared = SharedSession(id: id, wake: wake)
        token = shared.open(in: backstage.sessions) ?? 0
        facts = shared.state.withLock { $0.facts }
        newCall()
    }

    deinit { close() }

    /// Ends the tokens, so that what plugins bring later is HK_E_STALE; a call in flight is taken back.
    public func close() {
        guard !isClosed else { return }
        supersede(.disconnect)
        isClosed = true
        shared.close(in: backstage.sessions)
        token = 0
        call?.close()
        call = nil
    }

    /// A plugin's name, by the number that an outcome has.
    public func pluginName(_ number: Int) -> String { table.pluginName(number) }

    // MARK: Facts of the connection

    public func setRemote(ip: String, port: Int) {
        change { facts in
            facts.set(.remoteIP, ip.isEmpty ? nil : ip)
            unsafe facts.args.pointee.remote_port = Int32(truncatingIfNeeded: port)
        }
    }

    public func setLocal(ip: String, port: Int) {
        change { facts in
            facts.set(.localIP, ip.isEmpty ? nil : ip)
            unsafe facts.args.pointee.local_port = Int32(truncatingIfNeeded: port)
        }
    }

    /// The reverse name: a name, "NXDOMAIN" or "DNSERROR".
    public func setRemoteHost(_ name: String?) { change { $0.set(.remoteHost, name) } }

    public func setHello(_ host: String, esmtp: Bool) {
        change { facts in
            facts.set(.helloHost, host)
            unsafe facts.args.pointee.esmtp = esmtp ? 1 : 0
        }
    }

    public func clearHello() {
        change { facts in
            facts.clear(.helloHost)
            unsafe facts.args.pointee.esmtp = 0
        }
    }

    /// Such as "TLSv1.3 TLS_AES_256_GCM_SHA384"; nil on a plain connection.
    public func setTLS(_ description: String?) { change { $0.set(.tls, description) } }
    public func setAuthUser(_ user: String?) { change { $0.set(.authUser, user) } }

    /// Whether this client may send anywhere; plugins with the capability "relaying" set it too.
    public var isRelaying: Bool {
        get { unsafe facts.args.pointee.relaying != 0 }
        set { change { unsafe $0.args.pointee.relaying = newValue ? 1 : 0 } }
    }

    /// Lines that plugins added to the EHLO reply in the hook `capabilities`, once.
    public func takeCapabilities() -> [String] {
        defer { capabilities = [] }
        return capabilities
    }

    /// What answered `auth_lookup`, once.
    public func takeVerifier() -> AuthVerifier? { verifier.take() }

    /// Whom the connection stands for by the word of the plugin that took an unknown command, once.
    public func takeIdentity() -> ClientIdentity? { identity.take() }

    /// Where the mail goes by the word of the plugin that answered `get_mx`, once.
    public func takeNextHops() -> [NextHop] {
        defer { hops = [] }
        return hops
    }

    /// Whether the plugin that took the message wants the server to queue it, once.
    public func takeEnqueued() -> Bool {
        defer { isEnqueued = false }
        return isEnqueued
    }

    /// The connection stands for another client: nothing is left of the former one but the token and what TLS is like.
    public func restart(id: String, as client: ClientIdentity) {
        precondition(!hasTransaction && !isBusy, "a client changes between transactions and questions")
        self.id = id
        (capabilities, verifier, identity) = ([], nil, nil)
        shared.state.withLock { state in
            state.id = id
            state.notes = NoteBook()
        }
        change { facts in
            facts.set(.remoteIP, client.remoteIP)
            facts.set(.remoteHost, client.remoteHost)
            facts.set(.helloHost, client.helloHost)
            facts.set(.authUser, client.authUser)
            unsafe facts.args.pointee.remote_port = Int32(truncatingIfNeeded: client.remotePort)
            unsafe facts.args.pointee.esmtp = client.isESMTP ? 1 : 0
            unsafe facts.args.pointee.relaying = client.authUser == nil ? 0 : 1
            if let localIP = client.localIP { facts.set(.localIP, localIP) }
            guard client.localPort != 0 else { return }
            unsafe facts.args.pointee.local_port = Int32(truncatingIfNeeded: client.localPort)
        }
    }

    // MARK: The thread

    /// The frame of the loop's thread; looked up once, for a session stays on its loop.
    func threadFrame() -> Frame {
        let thread = pthread_self()
        if let frame, pthread_equal(thread, frameThread) != 0 { return frame }
        let found = Frame.ofThisThread(.loop)
        frame = found
        frameThread = thread
        return found
    }

    // MARK: Changing

    /// Writes facts under the lock; into a copy, while a plugin has the present ones.
    func change(_ write: (FactBook) -> Void) {
        if pending != nil { renewFacts() }
        shared.state.withLock { _ in write(facts) }
    }

    func renewFacts() {
        facts = facts.copy()
        shared.state.withLock { $0.facts = facts }
    }

    func newCall() {
        let call = Call.make(shared, backstage)
        self.call = call
        shared.state.withLock { $0.call = call }
    }

    /// A plugin holds on to its call: the session goes on with another one, and with a copy of the facts.
    func letGoOfCall() {
        renewFacts()
        newCall()
    }

    /// Takes over what a call has written; its verdict was accepted.
    func accept(_ staged: Staged, _ verdict: VerdictCode) {
        capabilities += staged.capabilities
        if verdict == .ok {
            identity = staged.identity
            (hops, isEnqueued) = (staged.hops, staged.isEnqueued)
        }
        if let verifier = staged.verifier { self.verifier = verifier }
        let message = shared.state.withLock { state -> MessageBuffer? in
            if let relaying = staged.relaying { unsafe facts.args.pointee.relaying = relaying ? 1 : 0 }
            guard !staged.recipients.isEmpty || !staged.headers.isEmpty, var mail = state.mail.take() else {
                return nil
            }
            mail.envelope.recipients = staged.applied(to: mail.envelope.recipients)
            state.mail = mail
            return mail.message
        }
        if !staged.recipients.isEmpty { refreshRecipient() }
        message?.apply(staged.headers)
    }

    // MARK: Skipped plugins

    /// Plugins that the note "@skip_plugins" takes out of the rest of this transaction.
    public var skippedPlugins: [String] { skippedNumbers().sorted().map(table.pluginName) }

    func skippedNumbers() -> Set<Int> {
        let writes = shared.skipWrites.load(ordering: .acquiring)
        guard writes != skipCache.writes else { return skipCache.numbers }
        guard let note = shared.state.withLock({ $0.mail?.notes["@skip_plugins"]?.string }) else {
            skipCache = (writes, [])
            return []
        }
        let names = note.split(whereSeparator: { $0 == "," || $0 == " " })
        skipCache = (writes, Set(names.compactMap { table.number(of: String($0)) }))
        return skipCache.numbers
    }

    func forgetSkipped() { shared.skipWrites.wrappingAdd(1, ordering: .releasing) }
}
