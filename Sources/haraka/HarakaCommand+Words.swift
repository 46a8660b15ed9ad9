internal import ArgumentParser

extension HarakaCommand {
    /// The command that these words call; nil when there is none.
    static func command(_ words: [String]) -> (any ParsableCommand.Type)? {
        var command: any ParsableCommand.Type = HarakaCommand.self
        for word in words {
            guard let next = command.configuration.subcommands.first(where: { $0._commandName == word }) else {
                return nil
            }
            command = next
        }
        return words.isEmpty ? nil : command
    }
}
