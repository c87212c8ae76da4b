namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Sentences for synthesised voices, written for this project: statements, questions, numbers and what a meter or a machine says.</summary>
internal static class SynthesisText
{
    private static readonly string[] English =
    [
        "The supply voltage has dropped below two hundred and ten volts.", "Please close the terminal cover and press the green button.", "Who left the window open during the storm?",
        "Seventeen small boats came back to the harbour before noon.", "A cold wind blew from the north, and the children ran home.", "Your call is important to us; please stay on the line.",
        "The quick train to the airport leaves at nine forty from platform six.", "Measure the flour twice, but cut the butter only once.", "I have never seen a garden with so many yellow roses.",
        "Warning, the current is too high on phase three.", "Could you tell me how far it is to the next village?", "Old paper, dry leaves and a box of matches lay on the shelf.",
        "She bought fresh fish, two lemons and a pound of rice.", "Zero, one, two, three, four, five, six, seven, eight, nine.", "The judge thought that the youth should measure each oath.",
        "Good evening; the battery is at eighty five per cent.",
    ];

    private static readonly string[] French =
    [
        "La tension du réseau est tombée sous deux cent dix volts.", "Veuillez fermer le couvercle et appuyer sur le bouton vert.", "Qui a laissé la fenêtre ouverte pendant l'orage ?",
        "Dix-sept petits bateaux sont rentrés au port avant midi.", "Un vent froid soufflait du nord et les enfants couraient.", "Le prochain train pour l'aéroport part à neuf heures quarante.",
        "Je n'ai jamais vu un jardin avec autant de roses jaunes.", "Attention, le courant est trop fort sur la phase trois.", "Pouvez-vous me dire où se trouve le village suivant ?",
        "Elle a acheté du poisson frais, deux citrons et du riz.", "Zéro, un, deux, trois, quatre, cinq, six, sept, huit, neuf.", "Bonsoir, la batterie est à quatre-vingt-cinq pour cent.",
    ];

    private static readonly string[] Spanish =
    [
        "La tensión de la red ha bajado de doscientos diez voltios.", "Cierre la tapa, por favor, y pulse el botón verde.", "¿Quién dejó la ventana abierta durante la tormenta?",
        "Diecisiete barcos pequeños volvieron al puerto antes del mediodía.", "Un viento frío soplaba del norte y los niños corrían.", "El próximo tren al aeropuerto sale a las nueve y cuarenta.",
        "Nunca he visto un jardín con tantas rosas amarillas.", "Atención, la corriente es demasiado alta en la fase tres.", "¿Puede decirme a qué distancia está el próximo pueblo?",
        "Ella compró pescado fresco, dos limones y arroz.", "Cero, uno, dos, tres, cuatro, cinco, seis, siete, ocho, nueve.", "Buenas noches, la batería está al ochenta y cinco por ciento.",
    ];

    private static readonly string[] Russian =
    [
        "Напряжение сети упало ниже двухсот десяти вольт.", "Закройте крышку и нажмите зелёную кнопку.", "Кто оставил окно открытым во время грозы?",
        "Семнадцать маленьких лодок вернулись в гавань до полудня.", "Дул холодный северный ветер, и дети бежали домой.", "Следующий поезд в аэропорт отходит в девять сорок.",
        "Я никогда не видел сада с таким множеством жёлтых роз.", "Внимание, ток на третьей фазе слишком велик.", "Скажите, пожалуйста, далеко ли до следующей деревни?",
        "Она купила свежую рыбу, два лимона и рис.", "Ноль, один, два, три, четыре, пять, шесть, семь, восемь, девять.", "Добрый вечер, батарея заряжена на восемьдесят пять процентов.",
    ];

    private static readonly string[] Italian =
    [
        "La tensione di rete è scesa sotto duecentodieci volt.", "Chiudete il coperchio e premete il pulsante verde.", "Chi ha lasciato aperta la finestra durante il temporale?",
        "Diciassette piccole barche sono tornate in porto prima di mezzogiorno.", "Un vento freddo soffiava da nord e i bambini correvano.", "Il prossimo treno per l'aeroporto parte alle nove e quaranta.",
        "Attenzione, la corrente è troppo alta sulla fase tre.", "Ha comprato pesce fresco, due limoni e del riso.", "Zero, uno, due, tre, quattro, cinque, sei, sette, otto, nove.",
    ];

    private static readonly string[] German =
    [
        "Die Netzspannung ist unter zweihundertzehn Volt gefallen.", "Bitte schließen Sie den Deckel und drücken Sie die grüne Taste.", "Wer hat das Fenster während des Gewitters offen gelassen?",
        "Siebzehn kleine Boote kamen vor Mittag in den Hafen zurück.", "Ein kalter Wind wehte von Norden, und die Kinder liefen nach Hause.", "Der nächste Zug zum Flughafen fährt um neun Uhr vierzig.",
        "Achtung, der Strom auf Phase drei ist zu hoch.", "Sie kaufte frischen Fisch, zwei Zitronen und Reis.", "Null, eins, zwei, drei, vier, fünf, sechs, sieben, acht, neun.",
    ];

    private static readonly string[] Czech =
    [
        "Napětí sítě kleslo pod dvě stě deset voltů.", "Zavřete prosím kryt a stiskněte zelené tlačítko.", "Kdo nechal otevřené okno během bouřky?",
        "Sedmnáct malých lodí se vrátilo do přístavu před polednem.", "Příští vlak na letiště odjíždí v devět čtyřicet.", "Pozor, proud na třetí fázi je příliš vysoký.",
        "Nula, jedna, dva, tři, čtyři, pět, šest, sedm, osm, devět.",
    ];

    private static readonly string[] Dutch =
    [
        "De netspanning is onder tweehonderdtien volt gezakt.", "Sluit het deksel en druk op de groene knop.", "Wie heeft het raam opengelaten tijdens het onweer?",
        "Zeventien kleine boten kwamen voor de middag terug in de haven.", "De volgende trein naar het vliegveld vertrekt om tien over half tien.", "Let op, de stroom op fase drie is te hoog.",
        "Nul, een, twee, drie, vier, vijf, zes, zeven, acht, negen.",
    ];

    private static readonly string[] Chinese =
    [
        "电网电压低于二百一十伏。", "请关好表盖，然后按绿色按钮。", "昨天晚上下了很大的雨。", "是谁在打雷的时候开着窗户？", "十七条小船在中午以前回到了港口。",
        "下一班去机场的火车九点四十分开。", "注意，第三相电流太高。", "请问到下一个村子还有多远？", "她买了新鲜的鱼、两个柠檬和大米。", "零，一，二，三，四，五，六，七，八，九。",
        "晚上好，电池还有百分之八十五。", "我从来没有见过这么多黄色的玫瑰花。",
    ];

    // The Chinese sentences as espeak-ng's cmn-latn-pinyin reads them.
    private static readonly string[] Pinyin =
    [
        "dian4 wang3 dian4 ya1 di1 yu2 er4 bai3 yi1 shi2 fu2.", "qing3 guan1 hao3 biao3 gai4, ran2 hou4 an4 hong2 se4 an4 niu3.", "zuo2 tian1 wan3 shang5 xia4 le5 hen3 da4 de5 yu3.",
        "shi4 shei2 zai4 da3 lei2 de5 shi2 hou5 kai1 zhe5 chuang1 hu5?", "shi2 qi1 tiao2 xiao3 chuan2 zai4 zhong1 wu3 yi3 qian2 hui2 dao4 le5 gang3 kou3.",
        "xia4 yi4 ban1 qu4 ji1 chang3 de5 huo3 che1 jiu3 dian3 si4 shi2 fen1 kai1.", "zhu4 yi4, di4 san1 xiang4 dian4 liu2 tai4 gao1.", "qing3 wen4 dao4 xia4 yi2 ge5 cun1 zi5 hai2 you3 duo1 yuan3?",
        "ta1 mai3 le5 xin1 xian1 de5 yu2, liang3 ge5 ning2 meng2 he2 da4 mi3.", "ling2, yi1, er4, san1, si4, wu3, liu4, qi1, ba1, jiu3.", "wan3 shang5 hao3, dian4 chi2 hai2 you3 bai3 fen1 zhi1 ba1 shi2 wu3.",
        "wo3 cong2 lai2 mei2 you3 jian4 guo4 zhe4 me5 duo1 huang2 se4 de5 mei2 gui5 hua1.",
    ];

    /// <summary>Whether there are sentences of a language.</summary>
    public static bool Has(string language) => language is "en" or "fr" or "es" or "ru" or "it" or "de" or "cs" or "nl" or "cmn" or "cmn-Latn-pinyin";

    /// <summary>The sentences of a language.</summary>
    public static IReadOnlyList<string> Of(string language) => language switch
    {
        "en" => English,
        "fr" => French,
        "es" => Spanish,
        "ru" => Russian,
        "it" => Italian,
        "de" => German,
        "cs" => Czech,
        "nl" => Dutch,
        "cmn" => Chinese,
        "cmn-Latn-pinyin" => Pinyin,
        _ => throw new ArgumentOutOfRangeException(nameof(language), language, "has no sentences."),
    };
}
