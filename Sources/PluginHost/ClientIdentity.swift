internal import Glibc
internal import PluginABI

/// Whom a connection stands for, as a plugin was told by a trusted host in front of the server.
public struct ClientIdentity: Sendable, Equatable {
    /// In its usual form, IPv4 in IPv6's clothes undressed.
    public var remoteIP: String
    /// 0: not known.
    public var remotePort = 0
    /// nil: to be looked up.
    public var remoteHost: String?
    /// nil: the connection's own.
    public var localIP: String?
    /// 0: the connection's own.
    public var localPort = 0
    /// nil: it has yet to greet.
    public var helloHost: String?
    public var isESMTP = false
    /// nil: nobody.
    public var authUser: String?

    public init(remoteIP: String) { self.remoteIP = remoteIP }

    /// Takes over what a plugin hands in; nil where a value is outside what the header allows.
    init?(_ view: UnsafePointer<hk_identity>) {
        guard unsafe Int(view.pointee.struct_size) >= MemoryLayout<hk_identity>.size else { return nil }
        let who = unsafe view.pointee
        guard let remoteIP = unsafe Text.copy(who.remote_ip).flatMap(Self.address) else { return nil }
        self.remoteIP = remoteIP
        guard let remoteHost = unsafe Self.optional(who.remote_host, Self.host),
            let localIP = unsafe Self.optional(who.local_ip, Self.address),
            let helloHost = unsafe Self.optional(who.hello_host, Self.hello),
            let authUser = unsafe Self.optional(who.auth_user, Self.user)
        else { return nil }
        (self.remoteHost, self.localIP, self.helloHost, self.authUser) = (remoteHost, localIP, helloHost, authUser)
        unsafe (remotePort, localPort) = (Int(who.remote_port), Int(who.local_port))
        guard (0...65535).contains(remotePort), (0...65535).contains(localPort) else { return nil }
        isESMTP = unsafe helloHost != nil && who.esmtp != 0
    }

    /// What an absent text stands for is nil; nil itself: it isn't allowed.
    private static func optional(_ view: hk_str, _ read: (String) -> String?) -> String?? {
        guard unsafe view.ptr != nil else { return .some(nil) }
        guard let text = unsafe Text.copy(view).flatMap(read) else { return nil }
        return text
    }

    private static func host(_ text: String) -> String? {
        guard (1...255).contains(text.utf8.count), !text.utf8.contains(0x20), isPlain(text) else { return nil }
        return text
    }

    /// As the session takes it from HELO.
    private static func hello(_ text: String) -> String? {
        (1...255).contains(text.utf8.count) && text.utf8.allSatisfy { (0x20...0x7E).contains($0) } ? text : nil
    }

    private static func user(_ text: String) -> String? {
        (1...512).contains(text.utf8.count) && isPlain(text) ? text : nil
    }

    private static func isPlain(_ text: String) -> Bool { !text.unicodeScalars.contains(where: Text.isControl) }

    /// An address in its usual form, so that plugins and logs know it again: RFC 5952.
    private static func address(_ text: String) -> String? {
        // The parser stops at a NUL, and would take what is in front of it.
        guard !text.utf8.contains(0) else { return nil }
        var bytes = in6_addr()
        if unsafe inet_pton(AF_INET, text, &bytes) == 1 { return unsafe print(AF_INET, &bytes) }
        guard unsafe inet_pton(AF_INET6, text, &bytes) == 1, let long = unsafe print(AF_INET6, &bytes) else {
            return nil
        }
        let mapped = "::ffff:"
        return long.hasPrefix(mapped) && long.contains(".") ? String(long.dropFirst(mapped.count)) : long
    }

    private static func print(_ family: Int32, _ bytes: UnsafePointer<in6_addr>) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard unsafe inet_ntop(family, bytes, &buffer, socklen_t(buffer.count)) != nil else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
