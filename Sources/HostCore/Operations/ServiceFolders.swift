internal import System

/// The folders of a service directory that the server writes to.
enum ServiceFolders {
    static func staging(_ directory: String) -> String { directory + "/state/plugins" }

    /// Makes them, and gives them to the account that the server will be, while it may.
    static func prepare(_ directory: String, _ account: ServiceAccount) throws(StartError) {
        do {
            for folder in ["state", "log"] {
                let path = "\(directory)/\(folder)"
                try Files.makeDirectory(path, mode: folder == "state" ? 0o700 : 0o755)
                guard let user = account.user else { continue }
                try FileDescriptor.open(path).changeOwner(user: user.uid, group: user.gid)
            }
        } catch { throw StartError("\(error)") }
    }
}
