internal import System

/// The commands' end of the control socket.
public enum ControlClient {
    public static func path(_ directory: String) -> String { directory + "/state/control.sock" }

    /// Whether a server serves a directory: somebody listens there.
    static func isAnswered(_ directory: String) -> Bool {
        do throws(SystemError) {
            _ = try UnixConnection.open(path(directory))
            return true
        } catch { return error.isDenied }
    }

    /// Whether the server that serves a directory takes our questions.
    static func mayAsk(_ directory: String) -> Bool { (try? UnixConnection.open(path(directory))) != nil }

    /// Asks the server that serves a directory.
    ///
    /// - Returns: what to print, and the exit status.
    public static func ask(_ question: String, directory: String) -> (text: String, status: Int32) {
        let path = path(directory)
        do throws(SystemError) {
            let answer = try UnixConnection.open(path).ask(question)
            guard let end = answer.firstIndex(of: "\n"), let status = Int32(answer[..<end]) else {
                return ("The server closed the connection without an answer; its log says why.", 1)
            }
            return (String(answer[answer.index(after: end)...]), status)
        } catch {
            if error.isDenied {
                return (
                    "\(path): \(error.reason): ask as root, as the user that the server runs as, or as one of its group.",
                    1
                )
            }
            return (
                "No server runs in \(directory) (\(path): \(error.reason)): start it with haraka -c \(directory)", 1
            )
        }
    }
}
