internal import Hooks
internal import Mail
internal import PluginABI

/// The table haraka.session/1: facts of a session, and what a call writes about them.
enum SessionExtension {
    nonisolated(unsafe) static let table = unsafe Text.forever(
        hk_ext_session(
            struct_size: UInt32(MemoryLayout<hk_ext_session>.size),
            reserved: 0,
            fact: { context, token, name, out, buffer, capacity, need in
                unsafe HostTable.serve(context) { instance in
                    guard let name = unsafe name, let out = unsafe out else { return Status.invalid }
                    let fact = FactLookup.find(unsafe String(cString: name), token, instance)
                    return unsafe fact.store(out, buffer, capacity, need)
                }
            },
            set_relaying: { context, call, isOn in
                unsafe stage(context, call, needs: "relaying") { staged, _, _ in
                    staged.relaying = isOn != 0
                    return Status.ok
                }
            },
            rcpt_set_user: { context, call, index, user in
                unsafe stage(context, call) { staged, _, session in
                    rewrite(index, &staged, session) { recipient in
                        guard let local = unsafe Text.copy(user), !local.isEmpty else { return nil }
                        return try? Address(local: local, domain: recipient.address.domain)
                    }
                }
            },
            rcpt_rewrite: { context, call, index, address in
                unsafe stage(context, call) { staged, _, session in
                    rewrite(index, &staged, session) { _ in unsafe parse(address) }
                }
            },
            rcpt_add: { context, call, address in
                unsafe stage(context, call) { staged, _, session in
                    guard let recipients = recipients(staged, session) else { return Status.phase }
                    guard recipients.count < recipientLimit else { return Status.limit }
                    guard let address = unsafe parse(address) else { return Status.invalid }
                    staged.recipients.append(.add(address))
                    return Status.ok
                }
            },
            rcpt_drop: { context, call, index in
                unsafe stage(context, call) { staged, _, session in
                    guard let recipients = recipients(staged, session) else { return Status.phase }
                    guard recipients.indices.contains(Int(index)) else { return Status.notFound }
                    staged.recipients.append(.drop(Int(index)))
                    return Status.ok
                }
            },
            set_verifier: { context, call, mechanism, salt, iterations, storedKey, serverKey in
                unsafe stage(context, call, needs: "auth.secret") { staged, hook, _ in
                    guard hook == .authLookup else { return Status.phase }
                    let verifier = unsafe verifier(mechanism, salt, iterations, storedKey, serverKey)
                    guard let verifier else { return Status.invalid }
                    staged.verifier = verifier
                    return Status.ok
                }
            },
            add_capability: { context, call, line in
                unsafe stage(context, call) { staged, hook, _ in
                    guard hook == .capabilities else { return Status.phase }
                    guard let line = unsafe Text.copy(line), isCapability(line) else { return Status.invalid }
                    guard staged.capabilities.count < 64 else { return Status.limit }
                    staged.capabilities.append(line)
                    return Status.ok
                }
            },
            identify: { context, call, who in
                unsafe stage(context, call, needs: "identity") { staged, hook, session in
                    guard hook == .unrecognizedCommand, mayRestart(session) else { return Status.phase }
                    guard let who = unsafe who, let identity = unsafe ClientIdentity(who) else { return Status.invalid }
                    staged.identity = identity
                    return Status.ok
                }
            }
        )
    )

    /// What one transaction may have through plugins, whatever its client was allowed.
    static let recipientLimit = 50_000

    private static func stage(
        _ context: UnsafeMutableRawPointer?,
        _ token: UInt64,
        needs capability: String? = nil,
        _ write: (inout Staged, Hook, SharedSession) -> hk_status
    ) -> hk_status {
        unsafe HostTable.serve(context) { instance in
            if let capability, !instance.isGranted(capability) { return Status.denied }
            guard let call = CallsExtension.call(token, instance) else { return Status.stale }
            return call.stage(token, for: instance) { write(&$0, $1.hook, call.session) }
        }
    }

    /// Not within a transaction, nor for HELP, which shares the hook and is a command that the server knows.
    private static func mayRestart(_ session: SharedSession) -> Bool {
        session.state.withLock { $0.mail == nil && $0.facts.text(.command) != "HELP" }
    }

    /// The recipients as the call sees them; nil outside a transaction.
    private static func recipients(_ staged: Staged, _ session: SharedSession) -> [Recipient]? {
        guard let recipients = session.state.withLock({ $0.mail?.envelope.recipients }) else { return nil }
        return staged.recipients.isEmpty ? recipients : staged.applied(to: recipients)
    }

    private static func rewrite(
        _ index: UInt32,
        _ staged: inout Staged,
        _ session: SharedSession,
        _ address: (Recipient) -> Address?
    ) -> hk_status {
        guard let recipients = recipients(staged, session) else { return Status.phase }
        guard recipients.indices.contains(Int(index)) else { return Status.notFound }
        guard let address = address(recipients[Int(index)]) else { return Status.invalid }
        staged.recipients.append(.rewrite(Int(index), address))
        return Status.ok
    }

    private static func parse(_ view: hk_str) -> Address? {
        guard let text = unsafe Text.copy(view) else { return nil }
        return try? Address(parsing: text)
    }

    /// RFC 5802: the header gives the bounds.
    private static func verifier(
        _ mechanism: hk_str,
        _ salt: hk_str,
        _ iterations: UInt32,
        _ storedKey: hk_str,
        _ serverKey: hk_str
    ) -> AuthVerifier? {
        guard let mechanism = unsafe Text.copy(mechanism), !mechanism.isEmpty, iterations >= 4096,
            let salt = unsafe Text.bytes(salt), let stored = unsafe Text.bytes(storedKey),
            let server = unsafe Text.bytes(serverKey)
        else { return nil }
        guard [salt, stored, server].allSatisfy({ (16...64).contains($0.count) }) else { return nil }
        return AuthVerifier(
            mechanism: mechanism,
            salt: salt,
            iterations: iterations,
            storedKey: stored,
            serverKey: server
        )
    }

    private static func isCapability(_ line: String) -> Bool {
        (1...500).contains(line.utf8.count) && line.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
