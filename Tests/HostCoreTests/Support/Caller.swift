import Foundation
import Testing
import Wire

@testable import HostCore

/// A client of one conversation; the test's thread is the connection's loop.
final class Caller {
    let link: RecordingLink
    let driver: Conversation<RecordingLink>
    private var unread: [UInt8] = []
    /// What the server said to the connection itself.
    private(set) var greeting = ""

    private let scripted: Scripted

    init(_ scripted: Scripted, _ link: RecordingLink) {
        self.scripted = scripted
        self.link = link
        driver = Conversation(house: scripted.house, peer: link)
        driver.opened(link)
        settle()
        greeting = link.takeText()
    }

    /// Sends bytes without waiting for what plugins say later; what stands behind DATA comes in a read of its own, since
    /// a client that doesn't wait for the 354 is cut off.
    func post(_ text: String) {
        let pieces = text.components(separatedBy: "DATA\r\n")
        for (index, piece) in pieces.enumerated() where index == 0 || !piece.isEmpty || pieces.count == 1 {
            deliver(index == pieces.count - 1 ? piece : piece + "DATA\r\n")
        }
    }

    private func deliver(_ text: String) {
        unread += Array(text.utf8)
        guard !link.isPaused, !link.isClosed else { return }
        let done = driver.received(unread.span, link)
        unread.removeFirst(min(done, unread.count))
    }

    /// Sends a line and gives all that the server says to it.
    @discardableResult
    func say(_ line: String) -> String { send(line + "\r\n") }

    /// Sends bytes and gives all that the server says to them.
    @discardableResult
    func send(_ text: String) -> String {
        post(text)
        settle()
        return link.takeText()
    }

    /// Sends several lines, one by one, and gives the last answer.
    @discardableResult
    func say(_ lines: [String]) -> String {
        var answer = ""
        for line in lines { answer = say(line) }
        return answer
    }

    /// Says EHLO, MAIL and RCPT for one recipient.
    @discardableResult
    func begin(to recipients: String..., from sender: String = "alice@example.org") -> String {
        say(["EHLO client.example.org", "MAIL FROM:<\(sender)>"] + recipients.map { "RCPT TO:<\($0)>" })
    }

    /// A whole message, header and body; gives the answer to its end.
    @discardableResult
    func mail(_ text: String = "Subject: x\r\n\r\nhello\r\n") -> String {
        let go = say("DATA")
        guard go.hasPrefix("354") else { return go }
        return send(text + ".\r\n")
    }

    /// Serves wake-ups until nothing is awaited.
    func settle() {
        while link.isPaused, !link.isClosed {
            guard let token = link.nextWake() else {
                Issue.record("no plugin answered in ten seconds")
                return
            }
            driver.woken(token, link)
            if !link.isPaused, !unread.isEmpty { post("") }
        }
    }

    /// The peer goes away; gives when every plugin knows.
    func hangUp() {
        driver.closed()
        while link.awaitsDriver {
            guard let token = link.nextWake() else {
                Issue.record("the conversation did not end in ten seconds")
                return
            }
            driver.woken(token, link)
        }
    }

    /// Asks the conversation to end as soon as it may.
    func shutDown() { driver.woken(Conversation<RecordingLink>.shutdown, link) }
}
