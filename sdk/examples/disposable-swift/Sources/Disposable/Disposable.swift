import Glibc
import PluginKit

struct Disposable: Plugin {
    static let id = "org.example.disposable", version = "1.0"
    static var hooks: [Hook<Disposable>] { [.rcpt(rcpt, inline: true)] }
    init(_ host: Host) {}

    func rcpt(_ recipient: borrowing Recipient) -> Verdict {
        let user = recipient.user  // user-YYYYMMDD
        guard user.utf8.count > 9, user.dropLast(8).last == "-", let day = UInt32(user.suffix(8)), day > 9_999_999
        else { return .continue }
        if day < today() { return .deny("This address has expired", code: 550, enhanced: "5.1.6") }
        recipient.user = String(user.dropLast(9))
        return .continue
    }
}

func today() -> UInt32 {
    var now = time(nil), utc = tm()
    gmtime_r(&now, &utc)
    return UInt32((utc.tm_year + 1900) * 10_000 + (utc.tm_mon + 1) * 100 + utc.tm_mday)
}

@c(haraka_plugin_v1) public func entry(_: UInt16) -> UnsafePointer<hk_plugin>? { Disposable.descriptor }
