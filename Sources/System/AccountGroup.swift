import Glibc

/// A group of users of this machine.
public struct AccountGroup: Equatable, Sendable {
    public let name: String
    public let gid: UInt32

    /// The group of that name; nil when there is none.
    public static func named(_ name: String) throws(SystemError) -> AccountGroup? {
        try SystemCall.check(name, "getgrnam_r")
        var entry = unsafe group()
        return try unsafe LookupBuffer.growing("getgrnam_r", name) { buffer, size, answer in
            var found: UnsafeMutablePointer<group>?
            let fault = unsafe getgrnam_r(name, &entry, buffer, size, &found)
            if let found = unsafe found?.pointee {
                answer = unsafe AccountGroup(name: LookupBuffer.text(found.gr_name), gid: found.gr_gid)
            }
            return fault
        }
    }
}
