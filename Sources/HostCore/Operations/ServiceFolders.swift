internal import System

/// The folders of a service directory that the server writes to.
enum ServiceFolders {
    static func staging(_ directory: String) -> String { directory + "/state/plugins" }

    /// Makes them, and gives them to the account that the server will be, while it may.
    ///
    /// Root touches the folders alone and nothing in them: what lies there may be a link that the account has put there.
    static func prepare(_ configuration: Configuration, _ account: ServiceAccount) throws(StartError) {
        let directory = configuration.directory
        let folders: [(String, UInt32)] = [
            ("\(directory)/state", 0o700), ("\(directory)/log", 0o755), (configuration.queueFolder, 0o700),
        ]
        for (path, mode) in folders {
            do throws(SystemError) {
                try Files.makeDirectory(path, mode: mode)
            } catch { throw StartError("\(error)") }
            if let user = account.user { try give(path, user) }
        }
        ControlFolder.open("\(directory)/state", group: configuration.settings.group)
    }

    private static func give(_ path: String, _ user: Account) throws(StartError) {
        let owner: UInt32
        do throws(SystemError) {
            let folder = try FileDescriptor.open(path, [.directory, .noFollow])
            owner = try folder.facts().uid
            if owner == 0 { try folder.changeOwner(user: user.uid, group: user.gid) }
        } catch { throw StartError("\(path) must be a folder, and no link to one: \(error)") }
        guard owner == 0 || owner == user.uid else {
            throw StartError("\(path) belongs to the user number \(owner): chown it to \(user.name).")
        }
    }
}
