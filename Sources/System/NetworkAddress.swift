import Glibc

/// IP addresses as text.
public enum NetworkAddress {
    public static func isIPv4(_ text: String) -> Bool {
        var address = in_addr()
        return unsafe !text.utf8.contains(0) && inet_pton(AF_INET, text, &address) == 1
    }

    public static func isIPv6(_ text: String) -> Bool {
        var address = in6_addr()
        return unsafe !text.utf8.contains(0) && inet_pton(AF_INET6, text, &address) == 1
    }
}
