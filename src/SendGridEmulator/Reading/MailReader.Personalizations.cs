using System.Text.Json;

namespace SendGridEmulator.Reading;

internal ref partial struct MailReader
{
    private const int MaxTextBytes = 10_000;

    private void ReadPersonalizations()
    {
        if (!Next(JsonTokenType.StartArray))
        {
            RefuseType("array", "personalizations", "-Personalizations-Errors");
            return;
        }

        for (; json.Read() && json.TokenType != JsonTokenType.EndArray; personalizations++)
        {
            if (json.TokenType == JsonTokenType.StartObject)
            {
                ReadPersonalization(personalizations);
                continue;
            }

            given = json.TokenType;
            json.Skip();
            RefuseType("object", $"personalizations.{personalizations}", "-Personalizations-Errors");
        }
    }

    private void ReadPersonalization(int p)
    {
        var start = (int)json.TokenStartIndex;
        var hasTo = false;
        var namesSubject = false;
        long? sendAt = null;
        var args = default(Args);
        inBlock.Clear();

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (Is("to"u8))
                hasTo = ReadRecipients(p, RecipientKind.To) > 0;
            else if (Is("cc"u8))
                ReadRecipients(p, RecipientKind.Cc);
            else if (Is("bcc"u8))
                ReadRecipients(p, RecipientKind.Bcc);
            else if (Is("subject"u8))
                namesSubject = ReadSubject(p);
            else if (Is("headers"u8))
                ReadHeaders(p);
            else if (Is("substitutions"u8))
                ReadSubstitutions(p);
            else if (Is("custom_args"u8))
                args = ReadArgs(p);
            else if (Is("send_at"u8))
                sendAt = ReadSendAt(p);
            else if (Is("from"u8))
                ReadSender($"personalizations.{p}.from", "from", "message.from");
            else if (Is("dynamic_template_data"u8))
                ReadObject($"personalizations.{p}.dynamic_template_data", "message.personalizations");
            else
                RefuseUnknown($"personalizations.{p}");
        }

        if (!hasTo)
        {
            Add("The to array is required for all personalization objects, and must have at least one email object with a valid email address.",
                $"personalizations.{p}.to", "message.personalizations.to");
        }

        withoutSubject += namesSubject ? 0 : 1;
        largestArgs = Math.Max(largestArgs, args.Bytes);
        mail.Personalizations.Add(new PersonalizationPart(
            start, (int)json.BytesConsumed - start, sendAt, args.KeyHash, args.KeyStart, args.KeyLength));
    }

    private int ReadRecipients(int p, RecipientKind kind)
    {
        if (!Next(JsonTokenType.StartArray))
        {
            RefuseType("array", $"personalizations.{p}.{NameOf(kind)}", $"message.personalizations.{NameOf(kind)}");
            return 0;
        }

        var index = 0;
        for (; json.Read() && json.TokenType != JsonTokenType.EndArray; index++)
        {
            if (json.TokenType == JsonTokenType.StartObject)
            {
                ReadRecipient(p, kind, index);
                continue;
            }

            given = json.TokenType;
            json.Skip();
            RefuseType("object", $"personalizations.{p}.{NameOf(kind)}.{index}", $"message.personalizations.{NameOf(kind)}");
        }

        return index;
    }

    private void ReadRecipient(int p, RecipientKind kind, int index)
    {
        var found = ReadAddress(out var hash, out var behaviour);
        if (found != AddressFault.None)
        {
            RefuseAddress(found, NameOf(kind), $"personalizations.{p}.{NameOf(kind)}.{index}.email", $"message.personalizations.{NameOf(kind)}");
            return;
        }

        if (!inBlock.Add(hash))
        {
            Add($"Each email address in the personalization block should be unique between to, cc, and bcc. We found the first duplicate instance of [{AddressText}] in the personalizations.{p}.{NameOf(kind)} field.",
                $"personalizations.{p}", "message.recipient-errors");
        }
        else if (!inRequest.Add(hash))
        {
            Add($"Each unique email address in the personalizations array should only be included once. You have included [{AddressText}] more than once.",
                "personalizations", "message.personalizations");
        }

        mail.Recipients.Add(new RecipientPart(p, kind, index, hash, behaviour));
    }

    private static string NameOf(RecipientKind kind) => kind switch
    {
        RecipientKind.To => "to",
        RecipientKind.Cc => "cc",
        _ => "bcc",
    };
}
