internal import System

/// Who may use the control socket: the service's user, and the members of its group.
///
/// The group is the one that smtp.ini names, or else `haraka`. Any other, such as a user's own or `nogroup`, may have members
/// that nobody meant: then the socket is the user's alone. What lies in the folder gets the folder's group (setgid), so that
/// the server gives the socket to it also when it is nobody who could give files away.
enum ControlFolder {
    private static let setgid: UInt32 = 0o2000

    /// Lets the group through the folder, where there is one and we may; what lies in it keeps its own permissions.
    static func open(_ path: String, group: String?) {
        guard let gid = gid(group), let folder = try? FileDescriptor.open(path, [.directory, .noFollow]) else { return }
        do throws(SystemError) {
            try folder.changeOwner(user: nil, group: gid)
            try folder.changeMode(setgid | 0o710)
        } catch {
            // Who may not do that can't have the group either.
        }
    }

    /// The permissions of the socket: 0660 where the folder sees to it that it belongs to the group.
    static func socketMode(_ directory: String, group: String?) -> UInt16 {
        guard let gid = gid(group), let facts = try? FileFacts.of("\(directory)/state"), facts.gid == gid,
            facts.mode & setgid != 0
        else { return 0o600 }
        return 0o660
    }

    private static func gid(_ name: String?) -> UInt32? {
        let name = name ?? "haraka"
        if let group = try? AccountGroup.named(name) { return group.gid }
        return UInt32(name)
    }
}
