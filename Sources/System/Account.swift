import Glibc

/// A user of this machine.
public struct Account: Equatable, Sendable {
    public let name: String
    public let uid: UInt32
    /// Of its primary group.
    public let gid: UInt32
    public let home: String

    /// The user of that name; nil when there is none.
    public static func named(_ name: String) throws(SystemError) -> Account? {
        try SystemCall.check(name, "getpwnam_r")
        return try unsafe find("getpwnam_r", name) { entry, buffer, size, found in
            unsafe getpwnam_r(name, entry, buffer, size, found)
        }
    }

    /// The user of that number; nil when there is none.
    public static func numbered(_ uid: UInt32) throws(SystemError) -> Account? {
        try unsafe find("getpwuid_r", "\(uid)") { entry, buffer, size, found in
            unsafe getpwuid_r(uid, entry, buffer, size, found)
        }
    }

    private typealias Lookup = (
        UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
        UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
    ) -> Int32

    private static func find(_ call: String, _ name: String, _ lookup: Lookup) throws(SystemError) -> Account? {
        var entry = unsafe passwd()
        return try unsafe LookupBuffer.growing(call, name) { buffer, size, account in
            var found: UnsafeMutablePointer<passwd>?
            let fault = unsafe lookup(&entry, buffer, size, &found)
            if let found = unsafe found { account = unsafe Account(found.pointee) }
            return fault
        }
    }

    private init(_ entry: passwd) {
        name = unsafe LookupBuffer.text(entry.pw_name)
        uid = unsafe entry.pw_uid
        gid = unsafe entry.pw_gid
        home = unsafe LookupBuffer.text(entry.pw_dir)
    }
}
