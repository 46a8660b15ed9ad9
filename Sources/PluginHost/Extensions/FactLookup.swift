internal import Hooks
internal import Mail
internal import PluginABI

/// One fact by its name, as a session's token or a call's shows it.
enum FactLookup {
    case status(hk_status)
    /// There is such a fact, but nothing is known.
    case absent
    case text(String)
    case integer(Int64)
    case unsigned(UInt64)
    case boolean(Bool)

    static func find(_ name: String, _ token: UInt64, _ instance: PluginInstance) -> FactLookup {
        switch Token.kind(of: token) {
        case .session, .transaction:
            guard let session = instance.backstage.sessions.holder(of: token), let id = session.scope(of: token) else {
                return .status(Status.stale)
            }
            return name == "uuid" ? .text(id) : find(name, session, Staged())
        case .call:
            guard let call = instance.backstage.calls.holder(of: token),
                let staged = call.staged(token, for: instance)
            else { return .status(Status.stale) }
            return name == "uuid" ? .text(call.session.presentScope) : find(name, call.session, staged)
        case .timer, .connection, nil: return .status(Status.stale)
        }
    }

    private static func find(_ name: String, _ session: SharedSession, _ staged: Staged) -> FactLookup {
        session.state.withLock { state in
            if name.hasPrefix("rcpt[") { return recipient(name, state.mail, staged) }
            if name == "relaying", let relaying = staged.relaying { return .boolean(relaying) }
            if !staged.recipients.isEmpty, let fact = current(name, state.mail, staged) { return fact }
            return stored(name, state.facts)
        }
    }

    /// A field of `hk_args`; the ones that belong to a call and not to the session aren't facts.
    private static func stored(_ name: String, _ facts: FactBook) -> FactLookup {
        if let text = TextField.allCases.first(where: { $0.name == name }) {
            guard text != .authSecret, text != .authToken else { return .status(Status.denied) }
            return facts.text(text).map(FactLookup.text) ?? .absent
        }
        guard let field = ArgumentField.named(name), name != "ud", name != "call" else {
            return .status(Status.notFound)
        }
        let base = unsafe UnsafeRawPointer(facts.args)
        switch field.kind {
        case .int32: return unsafe .integer(Int64(base.load(fromByteOffset: field.offset, as: Int32.self)))
        case .uint64: return unsafe .unsigned(base.load(fromByteOffset: field.offset, as: UInt64.self))
        case .flag: return unsafe .boolean(base.load(fromByteOffset: field.offset, as: UInt8.self) != 0)
        case .text, .bytes, .pointer: return .status(Status.notFound)
        }
    }

    /// What this call's own writes make of the recipient that it is asked about.
    private static func current(_ name: String, _ mail: SharedSession.MailState?, _ staged: Staged) -> FactLookup? {
        guard let mail else { return nil }
        let recipients = staged.applied(to: mail.envelope.recipients)
        if name == "rcpt_count" { return .integer(Int64(recipients.count { !$0.isDropped })) }
        guard let index = mail.current, recipients.indices.contains(index) else { return nil }
        switch name {
        case "rcpt_address": return .text(recipients[index].address.text)
        case "rcpt_user": return .text(recipients[index].address.local)
        case "rcpt_domain": return .text(recipients[index].address.domain)
        default: return nil
        }
    }

    /// Of one recipient: `rcpt[N].address`, `user`, `domain` or `original`.
    private static func recipient(_ name: String, _ mail: SharedSession.MailState?, _ staged: Staged) -> FactLookup {
        guard let close = name.firstIndex(of: "]"), let mail else { return .status(Status.notFound) }
        let number = name[name.index(name.startIndex, offsetBy: 5)..<close]
        let part = name[name.index(after: close)...]
        let recipients = staged.applied(to: mail.envelope.recipients)
        guard let index = Int(number), recipients.indices.contains(index) else { return .status(Status.notFound) }
        let recipient = recipients[index]
        // A dropped one is nobody any more, though its index stays.
        guard !recipient.isDropped else { return .absent }
        switch part {
        case ".address": return .text(recipient.address.text)
        case ".user": return .text(recipient.address.local)
        case ".domain": return .text(recipient.address.domain)
        case ".original": return .text(recipient.original.text)
        default: return .status(Status.notFound)
        }
    }

    func store(
        _ out: UnsafeMutablePointer<hk_value>,
        _ buffer: UnsafeMutablePointer<CChar>?,
        _ capacity: Int,
        _ need: UnsafeMutablePointer<Int>?
    ) -> hk_status {
        if case .text(let text) = self { return unsafe Text.fill(text, out, buffer, capacity, need) }
        if case .status(let status) = self { return status }
        if let need = unsafe need { unsafe need.pointee = 0 }
        unsafe out.pointee = hk_value()
        switch self {
        case .integer(let number):
            unsafe out.pointee.type = UInt32(HK_T_I64)
            unsafe out.pointee.as.i = number
        case .unsigned(let number):
            unsafe out.pointee.type = UInt32(HK_T_U64)
            unsafe out.pointee.as.u = number
        case .boolean(let isTrue):
            unsafe out.pointee.type = UInt32(HK_T_BOOL)
            unsafe out.pointee.as.u = isTrue ? 1 : 0
        case .absent, .text, .status: unsafe out.pointee.type = UInt32(HK_T_NULL)
        }
        return Status.ok
    }
}
