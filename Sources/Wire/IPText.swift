internal import Glibc

/// Reads IP addresses from text, as the C library does.
///
/// They are given as the bytes that stand in a socket's address: two modules bring the C structures, and naming one would
/// ask for both.
enum IPText {
    /// The 16 bytes of an IPv6 address.
    struct V6 {
        var high: UInt64 = 0
        var low: UInt64 = 0
    }

    static func isAddress(_ text: String) -> Bool { v4(text) != nil || v6(text) != nil }

    /// The 4 bytes of an IPv4 address.
    static func v4(_ text: String) -> UInt32? {
        // The C library would stop there.
        guard !text.utf8.contains(0) else { return nil }
        var bytes: UInt32 = 0
        return unsafe inet_pton(AF_INET, text, &bytes) == 1 ? bytes : nil
    }

    static func v6(_ text: String) -> V6? {
        guard !text.utf8.contains(0) else { return nil }
        var bytes = V6()
        return unsafe inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
    }
}
