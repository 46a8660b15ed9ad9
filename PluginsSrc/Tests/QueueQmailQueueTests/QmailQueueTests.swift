import QueueQmailQueue
import Testing

@Suite struct QmailQueueTests {
    private enum Kind { case taken, refused, later }

    @Test(
        "Each exit code of qmail-queue(8) means what qmail's own programs read in it",
        arguments: [
            (0, 0), (11, 1), (31, 1), (115, 1), (12, 1), (40, 1), (1, 2), (10, 2), (41, 2), (51, 2), (52, 2), (53, 2),
            (54, 2), (55, 2), (56, 2), (61, 2), (66, 2), (71, 2), (72, 2), (73, 2), (74, 2), (81, 2), (91, 2), (100, 2),
            (120, 2), (255, 2), (256 + 9, 2),
        ]
    ) func codes(_ code: Int, _ expected: Int) {
        let kind =
            switch QmailQueue.outcome(ofExit: code) {
            case .taken: 0
            case .refused: 1
            case .later: 2
            }
        #expect(kind == expected)
    }

    @Test("The envelope is F, the sender, T and each recipient, NULs between them and one at the end")
    func envelope() {
        #expect(
            QmailQueue.envelope(sender: "a@b", recipients: ["c@d", "e@f"]) == Array("Fa@b\0Tc@d\0Te@f\0\0".utf8)
        )
        #expect(QmailQueue.envelope(sender: "", recipients: ["c@d"]) == Array("F\0Tc@d\0\0".utf8))
    }

    @Test("An address with a NUL would begin another recipient, and makes no envelope")
    func nul() {
        #expect(QmailQueue.envelope(sender: "a\0Tx@y", recipients: ["c@d"]) == nil)
        #expect(QmailQueue.envelope(sender: "a@b", recipients: ["c@d", "e\0f@g"]) == nil)
        #expect(QmailQueue.envelope(sender: "a@b", recipients: []) == nil)
    }
}
