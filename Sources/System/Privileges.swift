import Glibc

/// Giving up root, for good.
public enum Privileges {
    public enum Failure: Error, Equatable, Sendable {
        case unknownUser(String)
        case unknownGroup(String)
        /// The process is neither root nor the user that it should become.
        case notRoot(wanted: String, current: UInt32)
        case call(SystemError)
        /// The call succeeded, but root can be had again: nothing may run like this.
        case regained
    }

    /// The user in whose name the process acts.
    public static var effectiveUser: UInt32 { geteuid() }
    public static var effectiveGroup: UInt32 { getegid() }
    public static var isRoot: Bool { geteuid() == 0 || getuid() == 0 }

    /// Becomes a user, and a group or else the user's primary one, with all threads and with no way back.
    ///
    /// Both may be names or numbers. A process that is that user already keeps everything as it is.
    public static func drop(user: String, group: String? = nil) throws(Failure) {
        let account = try account(user)
        let gid = try group.map { name throws(Failure) in try groupNumber(name) } ?? account.gid
        guard isRoot else {
            if account.uid == geteuid(), gid == getegid() { return }
            throw .notRoot(wanted: account.name, current: geteuid())
        }
        // The order matters: without root neither the supplementary groups nor the group can be changed.
        try perform("initgroups", account.name) { unsafe initgroups(account.name, gid) }
        try perform("setgid", account.name) { setgid(gid) }
        try perform("setuid", account.name) { setuid(account.uid) }
        try verify(uid: account.uid, gid: gid)
    }

    private static func verify(uid: UInt32, gid: UInt32) throws(Failure) {
        guard getuid() == uid, geteuid() == uid, getgid() == gid, getegid() == gid else { throw .regained }
        guard uid != 0 else { return }  // "user=root" was asked for: there is nothing to lose
        if setuid(0) == 0 || seteuid(0) == 0 || (gid != 0 && setgid(0) == 0) { throw .regained }
    }

    private static func account(_ user: String) throws(Failure) -> Account {
        do throws(SystemError) {
            if let account = try Account.named(user) { return account }
            if let uid = UInt32(user), let account = try Account.numbered(uid) { return account }
        } catch {
            throw .call(error)
        }
        throw .unknownUser(user)
    }

    private static func groupNumber(_ group: String) throws(Failure) -> UInt32 {
        do throws(SystemError) {
            if let found = try AccountGroup.named(group) { return found.gid }
        } catch {
            throw .call(error)
        }
        guard let gid = UInt32(group) else { throw .unknownGroup(group) }
        return gid
    }

    private static func perform(_ call: String, _ name: String, _ body: () -> Int32) throws(Failure) {
        if body() != 0 { throw .call(SystemError.last(call, name)) }
    }
}

extension Privileges.Failure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownUser(let name): "there is no user '\(name)' on this machine"
        case .unknownGroup(let name): "there is no group '\(name)' on this machine"
        case .notRoot(let wanted, let current):
            "only root can become user '\(wanted)', and this process runs as user number \(current)"
        case .call(let error): "root could not be given up: \(error)"
        case .regained: "root was given up but could be had again"
        }
    }
}
