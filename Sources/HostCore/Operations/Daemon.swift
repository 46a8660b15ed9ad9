internal import System

/// Runs the server in the background: `daemonize=true` in smtp.ini.
public enum Daemon {
    private static let mark = "HARAKA_IN_BACKGROUND"
    private static let ready = "ready\n"

    /// Starts the server, here or in a process of its own, as the directory asks for; nil when that other one serves.
    public static func start(directory: String, installation: Installation) throws(StartError) -> Server? {
        guard Environment.value(mark) == nil else { return try startInBackground(directory, installation) }
        let settings = try Configuration.read(directory, installation).settings
        guard settings.daemonize else { return try Server.start(directory: directory, installation: installation) }
        try leave(directory, settings)
        return nil
    }

    /// The background's half: what becomes of the start is told to who waits for it.
    private static func startInBackground(
        _ directory: String,
        _ installation: Installation
    ) throws(StartError) -> Server {
        Environment.set(mark, nil)
        let report = DetachedProcess.inherited()
        let answer: String
        let result: Result<Server, StartError>
        do throws(StartError) {
            result = .success(try Server.start(directory: directory, installation: installation))
            answer = ready
        } catch {
            result = .failure(error)
            answer = error.description
        }
        if let report { try? report.writeAll(answer) }
        return try result.get()
    }

    /// The caller's half: returns when the server accepts connections and its number is in the pid file.
    private static func leave(_ directory: String, _ settings: ServerSettings) throws(StartError) {
        let answer: String
        do throws(SystemError) {
            try checkPidFolder(settings.daemonPidFile)
            let program = (try? Files.canonical("/proc/self/exe")) ?? CommandLine.arguments[0]
            let log = try FileDescriptor.open(settings.daemonLogFile, [.write, .append, .create], mode: 0o640)
            Environment.set(mark, "1")
            let process = try DetachedProcess([program, "-c", directory], output: log)
            answer = String(decoding: try process.report.readAll(limit: 1 << 20), as: UTF8.self)
            if answer == ready {
                do throws(SystemError) {
                    try Files.replace(settings.daemonPidFile, with: Array("\(process.id)\n".utf8), mode: 0o644)
                } catch {
                    process.terminate()
                    throw error
                }
            }
        } catch { throw StartError("The server can't be put into the background: \(error)") }
        guard answer == ready else {
            throw StartError(answer.isEmpty ? "The server ended at once: see \(settings.daemonLogFile)" : answer)
        }
    }

    /// Root writes no file where another account could have put a link.
    private static func checkPidFolder(_ file: String) throws(SystemError) {
        guard Privileges.isRoot else { return }
        let folder = Files.split(file).folder
        let facts = try FileFacts.of(folder)
        guard facts.uid == 0, facts.mode & 0o022 == 0 else {
            throw SystemError(errno: 1, call: "daemon_pid_file: only root may be able to write there", path: folder)
        }
    }
}
