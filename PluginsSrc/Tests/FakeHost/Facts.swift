import PluginABI

/// The facts of a call.
package struct Facts {
    package var remoteIP = ""
    package var relaying = false
    package var sender = ""
    package var recipients: [String] = []
    /// The places of those that a plugin has dropped.
    package var dropped: Set<Int> = []
    package var command = ""
    package var argument = ""
    package var inTransaction = true
    package var authUser = ""
    package var authMechanism = ""
    package var authSecret: [UInt8] = []
    /// Outbound: where the mail goes.
    package var domain = ""

    package static var session: UInt64 { 7 }
    package static var transaction: UInt64 { 8 }
    package static var call: UInt64 { 9 }

    /// Lends the arguments of a call about the last recipient.
    func withArguments<R>(_ ud: UnsafeMutableRawPointer?, _ body: (UnsafePointer<hk_args>) -> R) -> R {
        var arguments = hk_args()
        arguments.struct_size = UInt32(MemoryLayout<hk_args>.size)
        arguments.ud = ud
        arguments.call = Self.call
        arguments.session = Self.session
        arguments.txn = inTransaction ? Self.transaction : 0
        arguments.relaying = relaying ? 1 : 0
        let rcpt = recipients.last ?? ""
        arguments.rcpt_index = Int32(max(0, recipients.count - 1))
        arguments.rcpt_count = Int32(recipients.count)
        var texts: [UnsafeMutablePointer<CChar>] = []
        defer { for text in texts { text.deallocate() } }
        func view(_ text: String) -> hk_str {
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.utf8.count + 1)
            for (index, byte) in text.utf8.enumerated() { copy[index] = CChar(bitPattern: byte) }
            texts.append(copy)
            return hk_str(ptr: copy, len: text.utf8.count)
        }
        func view(_ bytes: [UInt8]) -> hk_str {
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
            for (index, byte) in bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
            texts.append(copy)
            return hk_str(ptr: copy, len: bytes.count)
        }
        if !authUser.isEmpty { arguments.auth_user = view(authUser) }
        if !authMechanism.isEmpty { arguments.auth_mechanism = view(authMechanism) }
        if !authSecret.isEmpty { arguments.auth_secret = view(authSecret) }
        if !remoteIP.isEmpty { arguments.remote_ip = view(remoteIP) }
        arguments.command = view(command)
        arguments.argument = view(argument)
        arguments.mail_address = view(sender)
        arguments.mail_user = view(Self.user(sender))
        arguments.mail_domain = view(Self.domain(sender))
        arguments.rcpt_address = view(rcpt)
        arguments.rcpt_user = view(Self.user(rcpt))
        arguments.rcpt_domain = view(Self.domain(rcpt))
        arguments.rcpt_original = view(rcpt)
        arguments.domain = view(domain)
        return body(&arguments)
    }

    /// A fact by its name, as `session.fact` gives it.
    func fact(_ name: String) -> String? {
        if name == "rcpt_count" { return String(recipients.count - dropped.count) }
        if name == "relaying" { return relaying ? "1" : "0" }
        let parts = name.split(whereSeparator: { "[].".contains($0) })
        guard parts.count == 3, parts[0] == "rcpt", let index = Int(parts[1]), recipients.indices.contains(index),
            !dropped.contains(index)
        else {
            return nil
        }
        switch parts[2] {
        case "user": return Self.user(recipients[index])
        case "domain": return Self.domain(recipients[index])
        default: return recipients[index]
        }
    }

    static func user(_ address: String) -> String {
        address.lastIndex(of: "@").map { String(address[..<$0]) } ?? address
    }

    static func domain(_ address: String) -> String {
        address.lastIndex(of: "@").map { address[address.index(after: $0)...].lowercased() } ?? ""
    }
}
