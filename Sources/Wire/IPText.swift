internal import Glibc

/// Reads IP addresses from text, as the C library does.
enum IPText {
    static func isAddress(_ text: String) -> Bool { v4(text) != nil || v6(text) != nil }

    static func v4(_ text: String) -> in_addr? {
        // The C library would stop there.
        guard !text.utf8.contains(0) else { return nil }
        var address = in_addr()
        return unsafe inet_pton(AF_INET, text, &address) == 1 ? address : nil
    }

    static func v6(_ text: String) -> in6_addr? {
        guard !text.utf8.contains(0) else { return nil }
        var address = in6_addr()
        return unsafe inet_pton(AF_INET6, text, &address) == 1 ? address : nil
    }
}
