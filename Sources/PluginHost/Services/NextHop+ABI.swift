internal import PluginABI

extension NextHop {
    /// A copy of what a plugin says; nil when it is outside what the header allows.
    init?(_ given: UnsafePointer<hk_next_hop>) {
        let known = UInt32(HK_NH_LMTP | HK_NH_TLS_FIRST | HK_NH_MX | HK_NH_QUEUE)
        let (size, flags) = unsafe (given.pointee.struct_size, given.pointee.flags)
        if unsafe size >= UInt32(MemoryLayout<hk_next_hop>.size), flags == UInt32(HK_NH_QUEUE) {
            self.init(host: "")
            isOwnQueue = true
            return
        }
        guard flags & UInt32(HK_NH_QUEUE) == 0 else { return nil }
        guard unsafe size >= UInt32(MemoryLayout<hk_next_hop>.size), flags & ~known == 0,
            let tls = unsafe TLS(given.pointee.tls), let port = unsafe UInt16(exactly: given.pointee.port),
            let host = unsafe Text.copy(given.pointee.host), Self.isWord(host),
            let source = unsafe Self.text(given.pointee.source), let hello = unsafe Self.text(given.pointee.hello),
            let user = unsafe Self.text(given.pointee.user), let password = unsafe Self.text(given.pointee.password),
            let mechanism = unsafe Self.text(given.pointee.mechanism)
        else { return nil }
        self.init(host: host)
        self.port = port == 0 ? nil : port
        self.tls = tls
        isLMTP = flags & UInt32(HK_NH_LMTP) != 0
        beginsWithTLS = flags & UInt32(HK_NH_TLS_FIRST) != 0
        usesMailHosts = flags & UInt32(HK_NH_MX) != 0
        sources = source?.split(separator: ",").map(\.trimmed) ?? []
        (self.hello, self.user, self.password, self.mechanism) = (hello, user, password, mechanism)
        guard (user == nil) == (password == nil), hello.map(Self.isWord) ?? true else { return nil }
        if isPath { guard !usesMailHosts, tls != .verified, !beginsWithTLS else { return nil } }
    }

    /// A copy, nil in it where the view is absent; nil when it is not what the header allows.
    private static func text(_ view: hk_str) -> String?? {
        guard unsafe view.ptr != nil else { return .some(nil) }
        guard let text = unsafe Text.copy(view), text.utf8.count <= 1024,
            !text.unicodeScalars.contains(where: Text.isControl)
        else { return nil }
        return text
    }

    private static func isWord(_ text: String) -> Bool {
        (1...1024).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }
}

extension NextHop.TLS {
    fileprivate init?(_ number: Int32) {
        switch Int(number) {
        case HK_TLS_OPPORTUNISTIC: self = .opportunistic
        case HK_TLS_OFF: self = .off
        case HK_TLS_REQUIRED: self = .required
        case HK_TLS_VERIFIED: self = .verified
        default: return nil
        }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var rest = self
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}
