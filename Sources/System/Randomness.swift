import Glibc

/// Bytes that nobody can guess, from the kernel.
public enum Randomness {
    public static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var start = 0
        while start < count {
            // getentropy(3) gives 256 bytes at most and, with those, fails only on a kernel without getrandom(2).
            let length = min(256, count - start)
            let failed = unsafe bytes.withUnsafeMutableBytes {
                unsafe getentropy($0.baseAddress?.advanced(by: start), length) != 0
            }
            precondition(!failed, "The kernel gives no random bytes.")
            start += length
        }
        return bytes
    }

    /// Random bytes that are waiting, so that a name for each connection isn't a system call for each.
    private static let store = Locked<[UInt8]>([])

    private static func stored(_ count: Int) -> [UInt8] {
        store.withLock { store in
            if store.count < count { store = bytes(4096) }
            defer { store.removeLast(count) }
            return Array(store.suffix(count))
        }
    }

    /// A random UUID (RFC 9562 §5.4) in upper-case letters, as connections are named.
    public static func uuid() -> String {
        var bytes = stored(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
            text.append(Hexadecimal.upper[Int(byte >> 4)])
            text.append(Hexadecimal.upper[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Random letters and digits of 5 bits each, safe in a file name.
    public static func word(count: Int) -> String {
        let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
        return String(decoding: bytes(count).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
    }
}
