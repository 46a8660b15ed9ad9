internal import System
internal import TLS

/// The TLS that is in force: what every handshake asks for its contexts, and who sees that certificates go on being good.
///
/// `contexts` may be asked by any thread, at every handshake; the rest belongs to the operations' queue.
final class TLSKeeper: Sendable {
    private struct State {
        var configuration: TLSConfiguration
        /// The files as they were when they were last looked at, be it that they were refused.
        var seen: [String: FileFacts]
        /// Fingerprint of a certificate → when its end was last told, and how many days it had.
        var told: [String: (at: Int64, days: Int)] = [:]
        /// In nanoseconds of the monotonic clock.
        var rotated: UInt64
    }

    private let state: Locked<State>
    private let log: LogSink

    /// Takes what the server starts with.
    ///
    /// After root was given up, since it tells which files can't be read again.
    init(_ configuration: TLSConfiguration, log: LogSink, monotonic: UInt64 = SystemTime.monotonicNanoseconds) {
        self.log = log
        // What this account doesn't see hasn't changed for it.
        let visible = TLSConfiguration.look(at: configuration.paths)
        let seen = configuration.files.filter { visible[$0.key] != nil }
        state = Locked(State(configuration: configuration, seen: seen, rotated: monotonic))
        tellUnreadable(configuration)
    }

    /// What handshakes that begin now use; nil: TLS is off.
    var current: TLSServerContexts? { contexts(port: nil) }

    /// The same for a local port, which may be for verified clients only; nil for a unix socket's.
    func contexts(port: Int?) -> TLSServerContexts? { state.withLock { $0.configuration.contexts(port: port) } }

    /// The keys that go on from one reading of the files to the next.
    var tickets: TLSTicketKeys { state.withLock { $0.configuration.tickets } }

    /// Why a configuration that is good for itself must not follow the present one; nil when it may.
    ///
    /// Certificates that are gone may be on their way: a STARTTLS that goes with them lets mail pass in the clear.
    func refusal(of next: TLSConfiguration) -> String? {
        guard !next.isOn, state.withLock({ $0.configuration.isOn }) else { return nil }
        return "config/tls: the certificates are gone; put them back, or restart the server to go on without TLS"
    }

    /// Puts a new reading into force for the handshakes that begin from now on.
    ///
    /// - Returns: which certificates came and went, as sentences.
    func take(_ next: TLSConfiguration, now: Int64 = SystemTime.wallSeconds) -> [String] {
        let before = state.withLock { state in
            defer {
                state.configuration = next
                state.seen = next.files
            }
            return state.configuration
        }
        tellEnds(now)
        let (old, new) = (Set(before.certificates.map(\.fingerprint)), Set(next.certificates.map(\.fingerprint)))
        let came = next.certificates.filter { !old.contains($0.fingerprint) }
        let went = before.certificates.filter { !new.contains($0.fingerprint) }
        return came.map { "certificate for \($0.title), \(Self.days($0.daysLeft(at: now))) left" }
            + went.map { "certificate for \($0.title) is no longer used" }
    }

    /// Looks after everything; to be called about once a minute.
    ///
    /// - Returns: whether files have changed since the last look, so that they should be read anew. Those that were refused
    ///   are not tried again before they change.
    func tend(
        now: Int64 = SystemTime.wallSeconds,
        monotonic: UInt64 = SystemTime.monotonicNanoseconds
    ) -> Bool {
        rotateTicketKeys(monotonic)
        tellEnds(now)
        let paths = state.withLock { $0.configuration.paths }
        let facts = TLSConfiguration.look(at: paths)
        return state.withLock { state in
            defer { state.seen = facts }
            return state.seen != facts
        }
    }

    private func rotateTicketKeys(_ monotonic: UInt64) {
        let tickets = state.withLock { state -> TLSTicketKeys? in
            guard let age = state.configuration.ticketRotation, state.configuration.isOn,
                .nanoseconds(Int64(clamping: monotonic - state.rotated)) >= age
            else { return nil }
            state.rotated = monotonic
            return state.configuration.tickets
        }
        guard let tickets else { return }
        tickets.rotate()
        log.debug("ticket keys rotated")
    }

    /// Says once a day, and when it gets worse, which certificates end soon.
    private func tellEnds(_ now: Int64) {
        let ends = state.withLock { state -> [TLSCertificate] in
            let certificates = state.configuration.certificates
            let known = Set(certificates.map(\.fingerprint))
            state.told = state.told.filter { known.contains($0.key) }
            return certificates.filter { certificate in
                let days = certificate.daysLeft(at: now)
                guard let level = ExpiryLevel(days: days) else { return false }
                if let told = state.told[certificate.fingerprint], now < told.at + 86_400, now >= told.at,
                    ExpiryLevel(days: told.days) == level
                {
                    return false
                }
                state.told[certificate.fingerprint] = (now, days)
                return true
            }
        }
        for certificate in ends { tell(certificate, now) }
    }

    private func tell(_ certificate: TLSCertificate, _ now: Int64) {
        let days = certificate.daysLeft(at: now)
        let fields: [LogField] = [
            ("names", .text(certificate.title)), ("days", LogValue(days)), ("file", .text(certificate.certificateFile)),
        ]
        switch ExpiryLevel(days: days) {
        case .ended: log.error("certificate has ended: renew it", fields)
        case .urgent: log.error("certificate ends soon: renew it", fields)
        case .soon: log.warn("certificate ends soon: renew it", fields)
        case nil: break
        }
    }

    /// What root could read and the service's account can't: a renewed one could not be taken.
    private func tellUnreadable(_ configuration: TLSConfiguration) {
        let files = configuration.files.keys.filter { !Files.canRead($0) }.sorted()
        guard !files.isEmpty else { return }
        let user = (try? Account.numbered(Privileges.effectiveUser))?.name ?? "number \(Privileges.effectiveUser)"
        log.warn(
            "certificates can't be read again: a renewed one needs a restart, and other changes aren't taken either",
            [
                ("user", .text(user)), ("files", .text(files.joined(separator: ", "))),
                ("fix", "let that user read them, or copy them by haraka tls add, as haraka -h tls explains"),
            ]
        )
    }

    static func days(_ count: Int) -> String { count == 1 ? "1 day" : "\(count) days" }
}
