import Glibc
import Synchronization

/// File names that no other delivery uses, by the rules of Maildir (https://cr.yp.to/proto/maildir.html).
///
/// `SECONDS.MmicrosecondsPpid_Qcount_Rrandom.host`: the random part tells the generations of a reloaded plugin apart,
/// which share process, clock and host but not the count.
package final class UniqueName: Sendable {
    private let tail: String
    private let process: Int32
    private let count = Atomic<UInt64>(0)

    package init(host: String = UniqueName.hostName()) {
        process = getpid()
        tail = "_R" + String(UInt64.random(in: .min ... .max), radix: 16) + "." + Self.escaped(host)
    }

    /// A name that was never given before.
    package func next() -> String {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        let number = count.add(1, ordering: .relaxed).newValue
        return "\(now.tv_sec).M\(now.tv_nsec / 1000)P\(process)_Q\(number)\(tail)"
    }

    /// The host's name with `/` and `:` written as octal escapes, which Maildir prescribes because both have a meaning.
    static func escaped(_ host: String) -> String {
        var name = ""
        for character in host.unicodeScalars {
            switch character {
            case "/": name += "\\057"
            case ":": name += "\\072"
            case "!"..."~": name.unicodeScalars.append(character)
            default: name += "_"
            }
        }
        return name.isEmpty ? "localhost" : String(name.prefix(64))
    }

    /// This machine's name.
    package static func hostName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
